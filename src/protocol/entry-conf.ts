import { Type, type Static } from '@sinclair/typebox';
import { count, text } from './values.js';

/** What the host knows of one entry; it prevails over `levitate.conf`. */
export const EntrySettings = Type.Object({
  LEVITATE_ENTRY_ID: text('by which the host knows this entry'),
  LEVITATE_SSHD_PORT: count('where sshd listens'),
  LEVITATE_RESCUE: text('`yes` where what a rescue is made of comes along; else empty'),
});
/** The settings of one entry. */
export type EntrySettings = Static<typeof EntrySettings>;

/** What the device adds while its staged root is made its own. */
export const DeviceSettings = Type.Object({
  LEVITATE_HOSTNAME: text('of the running system'),
  LEVITATE_PRIMARY: text('the interface that leads out'),
  LEVITATE_UBI_WORDS: text(
    "words of its kernel's command line and of its mounts that may name a UBI volume, with blanks between",
  ),
});

/** `entry.conf` of a staged root; an archive that was booted as an initramfs has none. */
export const EntryConf = Type.Composite([EntrySettings, DeviceSettings]);
