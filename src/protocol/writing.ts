import { Type } from '@sinclair/typebox';
import { count, flag, text } from './values.js';

/** The lease that was given. */
export const LeaseReply = Type.Object({
  token: count('its number, which `open` and the like take'),
});

/** A write has begun. */
export const Opened = Type.Object({
  next: count('the chunk that is wanted next'),
  resumed: flag('whether a cut had left it waiting'),
  deflated: Type.Optional(
    flag('whether each frame of a feed but its first one may be a `deflated` one'),
  ),
});

/** A frame is on its way to the medium. */
export const Written = Type.Object({
  index: count('of the chunk'),
  bytes: count('of the chunk'),
  read_back: Type.Optional(
    flag('whether the flasher has read it back, past every cache, and it was what had come'),
  ),
});

/** What stood behind the image is gone. */
export const Cleared = Type.Object({
  offset: count('where it stood'),
  bytes: count('that were taken away; 0 where there was nothing'),
});

/** A new system and the old one are mounted. */
export const MountedBoth = Type.Object({
  new: text('the folder of the new one, which is writable'),
  old: text('the folder of the old one, of which nothing changes'),
});

/** The device is about to reboot. */
export const Leaving = Type.Object({ touched: flag('whether anything was written to flash') });

/** Done, with nothing more to say. */
export const Done = Type.Object({});
