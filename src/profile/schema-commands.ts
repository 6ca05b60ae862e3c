import { Type } from '@sinclair/typebox';
import { Duration, Line, about, optional, strict } from '../shared/schema-common.js';

/** Commands that run on the device, one after the other. */
export const CommandList = (title: string) =>
  Type.Array(
    Type.Object(
      {
        run: Type.Array(Line('a word of the command'), {
          minItems: 1,
          title: 'the command and its arguments',
        }),
        timeout: optional(
          about('after how long it is ended, and counts as failed; default: 1m', Duration),
        ),
      },
      strict,
    ),
    { minItems: 1, title, description: 'commands, which run in this order' },
  );

/** `commands`: what a person has the device do around a flash. */
export const Commands = Type.Object(
  {
    'before-enter': optional(
      CommandList(
        'run as root in the running system of the device, after every check and before anything is brought there; one that fails ends the entry; default: none',
      ),
    ),
    'after-flash': optional(
      CommandList(
        'run as root in the maintenance system, after all was read back and before the reboot; one that fails keeps the device in maintenance; default: none',
      ),
    ),
  },
  {
    ...strict,
    title: 'commands of your own, which run on the device and can stop what comes next',
  },
);
