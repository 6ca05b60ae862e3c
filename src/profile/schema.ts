import { Type, type Static } from '@sinclair/typebox';
import { Boot } from './schema-boot.js';
import { Commands } from './schema-commands.js';
import { Keep } from './schema-keep.js';
import { Migrate } from './schema-migrate.js';
import { Root } from './schema-root.js';
import { Services } from './schema-services.js';
import { NamedTargetForm } from './schema-targets.js';
import { Duration, Line, Name, Size, about, optional, strict } from '../shared/schema-common.js';

/** The processor architectures that a root can be built for. */
export const architectures = [
  'x86_64',
  'i686',
  'aarch64',
  'armv7',
  'armv5',
  'mipsel',
  'mips',
  'mips64el',
  'mips64',
  'riscv64',
  'ppc64le',
  's390x',
] as const;

/** The compressions that an archive can have. */
export const compressions = ['gzip', 'xz', 'zstd', 'none'] as const;

/** The profile as its author writes it; ajv validates with it and the type below is derived from it. */
export const ProfileSchema = Type.Object(
  {
    name: about('the name of the profile, which messages and archives show', Name),
    arch: Type.Union(
      architectures.map((arch) => Type.Literal(arch)),
      { title: 'the processor of the device', description: 'the architecture of the device' },
    ),
    device: optional(
      Type.Object(
        {
          compatible: Type.Array(Line('the identity of a device'), {
            minItems: 1,
            title:
              'the devices that it fits, of which one must match: device-tree compatible, DMI product name or board.json id',
            description: 'device-tree compatible, DMI product name or board.json id',
          }),
        },
        {
          ...strict,
          title: 'which devices may be entered with it; default: any of the architecture',
        },
      ),
    ),
    root: optional(Root),
    archive: optional(
      Type.Object(
        {
          compression: optional(
            Type.Union(
              compressions.map((name) => Type.Literal(name)),
              {
                title:
                  'how the archive is compressed; a device whose busybox unpacks it gets gzip in place of zstd; default: gzip',
                description:
                  'how the archive is compressed; a device whose busybox unpacks it gets gzip in place of zstd',
              },
            ),
          ),
        },
        { ...strict, title: 'the file that the maintenance root is sent as' },
      ),
    ),
    services: optional(Services),
    safety: optional(
      Type.Object(
        {
          'contact-timeout': optional(
            about(
              'until the first write, the device returns to its old system when neither levitate nor a person logs in for so long after the takeover; default: 3m',
              Duration,
            ),
          ),
          'idle-timeout': optional(
            about(
              'until the first write, it also returns when nothing happens for so long after a login; default: 30m',
              Duration,
            ),
          ),
          'ram-reserve': optional(
            about(
              'RAM that must stay free beside the maintenance root and what it works with, or the preflight refuses; default: 8MiB',
              Size,
            ),
          ),
          'power-cut': optional(
            Type.Union([Type.Literal('rescue'), Type.Literal('accept')], {
              title:
                'what a power cut in the middle of writing a whole disk may lead to: `rescue`, a system behind the image in which the same command carries on, and without which nothing is written; `accept`, a disk that starts nothing; default: a rescue where it is possible',
              description:
                'what a power cut in the middle of writing a whole disk may lead to: a rescue, or nothing that starts',
            }),
          ),
        },
        {
          ...strict,
          title:
            'how long a device waits in maintenance, the RAM that entering must leave free, and power cuts',
        },
      ),
    ),
    flash: optional(
      Type.Object(
        {
          targets: Type.Record(Name, NamedTargetForm, {
            ...strict,
            minProperties: 1,
            title: 'what levitate may write to: the name of each target, and where it is',
            description: 'name of a target (lower-case letters, digits, dashes): where it is',
          }),
          keep: optional(Keep),
          trust: optional(
            Type.Array(Line('the path of a public key'), {
              minItems: 1,
              title:
                'files with public keys (minisign, signify, usign, OpenPGP, SSH), beside the profile; an image that none of them has signed is refused; default: images need no signature',
              description: 'files with public keys, of which one must have signed each image',
            }),
          ),
        },
        { ...strict, title: 'the flash of the device; without it, nothing can be written' },
      ),
    ),
    boot: optional(Boot),
    commands: optional(Commands),
    migrate: optional(Migrate),
    confirm: optional(
      Type.Object(
        {
          build: optional(
            Type.Object(
              {
                read: Type.Array(Line('a word of the command'), {
                  minItems: 1,
                  title:
                    'the command and its arguments; the first line that it prints is the build',
                  description: 'a command in the new system whose first line is its build',
                }),
                expect: optional(
                  about(
                    'the build that must be found, unless --expect-build names another; default: any',
                    Line('the build that the new system must name'),
                  ),
                ),
              },
              {
                ...strict,
                title: 'how `leave` learns which build the new system is; default: it does not ask',
              },
            ),
          ),
          'host-key': optional(
            Type.Union([Type.Literal('same'), Type.Literal('changes')], {
              title:
                'whether the new system has the SSH host keys of the old one (`same`, the default) or makes its own',
              description: 'whether the new system keeps the SSH host key of the old one',
            }),
          ),
          timeout: optional(
            about('how long `leave` waits for the device after the reboot; default: 5m', Duration),
          ),
        },
        {
          ...strict,
          title: 'how `leave` tells that the device is in the system that it should be',
        },
      ),
    ),
  },
  { ...strict, $id: 'https://levitate.invalid/profile.schema.json', title: 'levitate profile' },
);

/** A profile as it is written, without defaults. */
export type RawProfile = Static<typeof ProfileSchema>;
/** How an archive is compressed. */
export type ArchiveCompression = (typeof compressions)[number];
/** The name of a processor architecture. */
export type Architecture = RawProfile['arch'];
