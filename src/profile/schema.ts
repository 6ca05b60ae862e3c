import { Type, type Static, type TSchema } from '@sinclair/typebox';

const strict = { additionalProperties: false };
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

/** A length of time with its unit: `500ms`, `90s`, `3m`, `1h`. */
export const durationPattern = '^[0-9]+(ms|s|m|h)$';
/** An amount of memory with its unit: `512KiB`, `8MiB`, `1GiB`. */
export const sizePattern = '^[0-9]+(KiB|MiB|GiB)$';

const Duration = Type.String({
  pattern: durationPattern,
  description: 'a length of time with its unit, such as 30s, 3m or 1h',
});
const Size = Type.String({
  pattern: sizePattern,
  description: 'a size with its unit, such as 512KiB or 8MiB',
});
const namePattern = '^[a-z0-9][a-z0-9-]*$';
/** A normal absolute path without spaces and control characters. */
const rootPathPattern = '^(/(?!\\.{1,2}(/|$))[^\\x00-\\x20/\\x7f-\\xa0\\ufffd]+)+$';
const Name = Type.String({
  pattern: namePattern,
  maxLength: 63,
  description: 'lower-case letters, digits and dashes',
});
const AbsolutePath = Type.String({
  pattern: '^(/[A-Za-z0-9_.:+@-]+)+$',
  description: 'an absolute path, such as /dev/mmcblk0',
});
const Line = (description: string) =>
  Type.String({ minLength: 1, pattern: '^[^\\x00-\\x1f]+$', description });

const architectures = [
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

const compressions = ['gzip', 'xz', 'zstd', 'none'] as const;

const Tool = Type.Union([
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$',
    description: 'a program or tool set that levitate knows, such as mtd-utils',
  }),
  Type.Object(
    {
      package: Type.String({ pattern: '^[a-z0-9][a-z0-9+.-]+$', description: 'a Debian package' }),
      programs: Type.Array(
        Type.String({
          pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$',
          description: 'a program, by name',
        }),
        { minItems: 1, description: 'programs of that package, by name' },
      ),
    },
    strict,
  ),
]);

const Source = Type.Union([
  Type.Literal('debian'),
  Type.Object(
    {
      debian: Type.String({
        pattern: '^[a-z]+$',
        description: 'a release by its code name, such as bookworm',
      }),
    },
    strict,
  ),
  Type.Object(
    {
      sysroot: Line('a folder with a root file system on this machine, relative to the profile'),
    },
    strict,
  ),
  // The two that a command names: --sysroot DIR, --from-device HOST or the device itself.
  Type.Literal('sysroot'),
  Type.Literal('device'),
]);

const Module = Type.String({ pattern: '^[A-Za-z0-9_-]+$', description: 'a kernel module' });

const CarriedModules = Type.Object(
  {
    kernel: optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._+~-]*$',
        description:
          "the kernel's release as uname -r prints it, or its Debian package; default: the device's own, or the only one of a sysroot",
      }),
    ),
    names: Type.Array(Module, { minItems: 1, description: 'kernel modules, by name' }),
  },
  strict,
);

const StaticNetwork = Type.Object(
  {
    interface: optional(
      Type.String({
        pattern: '^[A-Za-z0-9_.@:-]{1,15}$',
        description: 'such as eth0; default: the first wired one',
      }),
    ),
    address: Type.String({
      pattern: '^[0-9a-fA-F.:]+/[0-9]+$',
      description: 'an address with its prefix length, such as 192.168.1.1/24',
    }),
    gateway: optional(
      Type.String({
        pattern: '^[0-9a-fA-F.:]+$',
        description: 'an address, such as 192.168.1.254',
      }),
    ),
  },
  strict,
);

const Services = Type.Object(
  {
    network: optional(
      Type.Union([Type.Literal('keep'), Type.Literal('dhcp'), StaticNetwork], {
        description: "keep the running system's addresses, ask by DHCP, or a static address",
      }),
    ),
    wifi: optional(
      Type.Object(
        {
          interface: optional(
            Type.String({
              pattern: '^[A-Za-z0-9_.-]{1,15}$',
              description: 'such as wlan0; default: the first wireless one',
            }),
          ),
          configuration: optional(
            Line('keep, or a wpa_supplicant.conf on this machine, relative to the profile'),
          ),
        },
        { ...strict, description: 'joins a Wi-Fi network with wpa_supplicant' },
      ),
    ),
    sshd: optional(
      Type.Object(
        {
          port: optional(
            Type.Union(
              [
                Type.Literal('keep'),
                Type.Integer({ minimum: 1, maximum: 65535, description: 'a port, 1 to 65535' }),
              ],
              { description: 'keep = the port of the running system, or a port, 1 to 65535' },
            ),
          ),
          'host-keys': optional(
            Type.Union([Type.Literal('keep'), Type.Literal('new')], {
              description: "keep the running system's host keys, or make new ones",
            }),
          ),
          'authorized-keys': optional(
            Type.Array(Line('keep, or a public key file'), {
              description: 'keep = those of the running system; anything else is a public key file',
            }),
          ),
        },
        strict,
      ),
    ),
    watchdog: optional(
      Type.Object(
        { device: optional(AbsolutePath), feed: optional(Duration), timeout: optional(Duration) },
        strict,
      ),
    ),
    getty: optional(
      Type.Object(
        {
          device: Type.String({
            pattern: '^[A-Za-z][A-Za-z0-9_/-]*$',
            description: 'a terminal under /dev, such as ttyS0',
          }),
        },
        strict,
      ),
    ),
    extra: optional(
      Type.Array(
        Type.Object(
          { name: Name, run: Type.Array(Line('a word of the command'), { minItems: 1 }) },
          strict,
        ),
      ),
    ),
  },
  strict,
);

const MtdRef = Type.Object({ mtd: Line('an MTD by its name or as mtdN') }, strict);

const Target = Type.Union([
  Type.Object({ block: AbsolutePath }, { ...strict, title: 'whole disk or partition node' }),
  Type.Object(
    {
      partition: Type.Union([
        Type.Object({ label: Line('a GPT partition label') }, strict),
        Type.Object(
          { uuid: Type.String({ pattern: '^[0-9a-fA-F-]+$', description: 'a PARTUUID' }) },
          strict,
        ),
      ]),
    },
    { ...strict, title: 'partition by GPT label or PARTUUID' },
  ),
  Type.Object(MtdRef.properties, {
    ...strict,
    title: 'an MTD without UBI, such as NOR, written in place',
  }),
  Type.Object(
    { ubi: MtdRef },
    { ...strict, title: 'a whole ubinized layout, written with ubiformat' },
  ),
  Type.Object(
    { 'ubi-volume': Line('the name of a UBI volume'), on: MtdRef },
    { ...strict, title: 'a volume on an existing UBI device' },
  ),
]);

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
    root: optional(
      Type.Object(
        {
          from: optional(
            Type.Union(
              [
                ...Source.anyOf,
                Type.Array(Source, { minItems: 1, description: 'a list of sources' }),
              ],
              {
                description:
                  'where programs and their libraries come from; of several, the first that has a program gives it',
              },
            ),
          ),
          tools: optional(Type.Array(Tool)),
          files: optional(
            Type.Record(
              Type.String({ pattern: rootPathPattern }),
              Line('a file on this machine, relative to the profile'),
              {
                ...strict,
                description: 'path in the root: file on this machine, relative to the profile',
              },
            ),
          ),
          modules: optional(
            Type.Union([Type.Array(Module), CarriedModules], {
              description:
                'kernel modules: a list, which the running system loads with its own modprobe before it is left, or { kernel, names }, which the archive brings',
            }),
          ),
        },
        strict,
      ),
    ),
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

export type RawProfile = Static<typeof ProfileSchema>;
/** How an archive is compressed. */
export type Compression = (typeof compressions)[number];
export type Architecture = RawProfile['arch'];
export type TargetSpec = Static<typeof Target>;
