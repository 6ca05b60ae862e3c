import { Type } from '@sinclair/typebox';
import {
  AbsolutePath,
  Line,
  Name,
  Size,
  about,
  absolutePathPattern,
  optional,
  strict,
} from '../shared/schema-common.js';
import { CommandList } from './schema-commands.js';

/** What of the old system a new one may get without being told more, by the words of a profile. */
export const carriedWords = ['network', 'wifi', 'host-keys', 'logins', 'hostname'] as const;
/** One of these. */
export type CarriedWord = (typeof carriedWords)[number];

const Require = Type.Object(
  {
    ram: optional(about('all the RAM that the device must have', Size)),
    disk: optional(about('what the disk with both systems must have', Size)),
    free: optional(
      Type.Record(
        Type.String({ pattern: `^/$|${absolutePathPattern}` }),
        about('what must be free there', Size),
        {
          ...strict,
          title: 'room that the file systems of the old system must have, as for a backup',
          description: 'a path in the old system: a size',
        },
      ),
    ),
  },
  {
    ...strict,
    title:
      'what a device must have beside what is checked of each, or it is refused; default: nothing',
  },
);

const Start = Type.Object(
  {
    kernel: optional(about('the kernel; default: /boot/vmlinuz', AbsolutePath)),
    initrd: optional(
      about(
        'the initramfs; default: /boot/initrd.img where the archive has it, and none otherwise',
        AbsolutePath,
      ),
    ),
    words: optional(
      about(
        'the command line of the kernel, to which levitate adds what it needs; default: root=UUID=… ro with an initramfs, root=PARTUUID=… rw without',
        Line('words for the kernel'),
      ),
    ),
  },
  { ...strict, title: 'how the new system starts, by paths in it' },
);

/** `migrate`: how a device gets another system beside the one that it has, and changes over to it. */
export const Migrate = Type.Object(
  {
    into: about(
      'the target, an ext4-tree, that the new system goes to: the partition that is freed for it, which holds swap',
      Name,
    ),
    require: optional(Require),
    before: optional(
      CommandList(
        'run as root in the old system before anything is touched, such as a backup; one that fails ends it; default: none',
      ),
    ),
    after: optional(
      CommandList(
        'run as root in maintenance with LEVITATE_NEW_ROOT mounted, and LEVITATE_OLD_ROOT for reading alone, such as a restore; one that fails leads back to the old system; default: none',
      ),
    ),
    carry: optional(
      Type.Array(
        Type.Union(
          carriedWords.map((word) => Type.Literal(word)),
          { description: carriedWords.join(', ') },
        ),
        {
          title:
            'what the new system gets of the old one: addresses and routes in the form that it reads, Wi-Fi, the host keys of sshd, the authorized keys of root, its name; default: all of it',
          description: `a list of ${carriedWords.join(', ')}`,
        },
      ),
    ),
    start: optional(Start),
  },
  {
    ...strict,
    title: 'how `levitate migrate` changes the operating system of a device in place',
  },
);
