import { Type, type Static } from '@sinclair/typebox';
import { Root } from './schema-root.js';
import { Services } from './schema-services.js';
import { Target } from './schema-targets.js';
import { Duration, Line, Name, Size, optional, strict } from '../shared/schema-common.js';

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
    name: Name,
    arch: Type.Union(
      architectures.map((arch) => Type.Literal(arch)),
      { description: 'the architecture of the device' },
    ),
    device: optional(
      Type.Object(
        {
          compatible: Type.Array(Line('the identity of a device'), {
            minItems: 1,
            description: 'device-tree compatible, DMI product name or board.json id',
          }),
        },
        strict,
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
                description:
                  'how the archive is compressed; a device whose busybox unpacks it gets gzip in place of zstd',
              },
            ),
          ),
        },
        strict,
      ),
    ),
    services: optional(Services),
    safety: optional(
      Type.Object(
        {
          'contact-timeout': optional(Duration),
          'idle-timeout': optional(Duration),
          'ram-reserve': optional(Size),
        },
        strict,
      ),
    ),
    flash: optional(
      Type.Object(
        {
          targets: Type.Record(Name, Target, {
            ...strict,
            minProperties: 1,
            description: 'name of a target (lower-case letters, digits, dashes): where it is',
          }),
        },
        strict,
      ),
    ),
    confirm: optional(
      Type.Object(
        {
          build: optional(
            Type.Object(
              {
                read: Type.Array(Line('a word of the command'), {
                  minItems: 1,
                  description: 'a command in the new system whose first line is its build',
                }),
                expect: optional(Line('the build that the new system must name')),
              },
              strict,
            ),
          ),
          'host-key': optional(
            Type.Union([Type.Literal('same'), Type.Literal('changes')], {
              description: 'whether the new system keeps the SSH host key of the old one',
            }),
          ),
          timeout: optional(Duration),
        },
        strict,
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
