import { Type, type Static } from '@sinclair/typebox';
import { loaderNames } from '../boot-loader/loaders.js';
import { presetNames } from '../boot-loader/u-boot/presets.js';
import { pathText } from './problem.js';
import type { Profile } from './profile.js';
import { architectures, compressions } from './schema.js';
import { carriedWords } from './schema-migrate.js';
import { TargetForm } from './schema-targets.js';
import { Name, optional } from '../shared/schema-common.js';
import { TrustedKey } from '../image/signature/trusted-key.js';
import { violationsOf } from './validate.js';

const Text = Type.String();
const Texts = Type.Array(Text);
/** Seconds or bytes that JavaScript can tell from their neighbours. */
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const oneOf = (...words: string[]) => Type.Union(words.map((word) => Type.Literal(word)));
/** The name of a target, or of a member of one. */
const TargetName = Type.String({ pattern: '^[a-z0-9][a-z0-9-]*(/[a-z]+)?$', maxLength: 80 });
/** `kind` and what else it says of where the root came from: the archive is made, so nobody reads more of it. */
const Source = Type.Object({ kind: Text });

const CommandList = Type.Array(
  Type.Object({ run: Type.Array(Text, { minItems: 1 }), timeoutSeconds: Amount }),
);

/** What variables of U-Boot are set to, and a table of that. */
const StoredValues = Type.Record(Text, Type.Union([Text, Type.Record(Name, Text)]));
const StoredTable = Type.Object({
  starts: Text,
  counts: optional(Text),
  try: StoredValues,
  start: StoredValues,
});

/** What `profile.json` of an archive holds: a profile in its normal form, of this version of levitate or one before. */
const StoredProfile = Type.Object({
  protocol: optional(Amount),
  name: Name,
  arch: oneOf(...architectures),
  compatible: Texts,
  root: Type.Object({
    from: Type.Union([Source, Type.Array(Source)]),
    tools: Type.Array(
      Type.Union([Text, Type.Object({ package: Text, programs: Texts })], {
        description: 'a tool, or a package and its programs',
      }),
    ),
    files: Type.Record(Text, Text),
    modules: Texts,
    carriedModules: optional(Type.Object({ kernel: optional(Text), names: Texts })),
  }),
  archive: optional(Type.Object({ compression: oneOf(...compressions) })),
  services: Type.Object({
    network: Type.Union([
      Type.Literal('keep'),
      Type.Literal('dhcp'),
      Type.Object({ interface: optional(Text), address: Text, gateway: optional(Text) }),
    ]),
    wifi: optional(Type.Object({ interface: optional(Text), configuration: oneOf('keep', 'own') })),
    sshd: Type.Object({
      port: optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
      hostKeys: oneOf('keep', 'new', 'own'),
      keepAuthorizedKeys: Type.Boolean(),
      agentKeys: optional(Type.Boolean()),
      authorizedKeys: Texts,
    }),
    watchdog: optional(Type.Object({ device: Text, feedSeconds: Amount, timeoutSeconds: Amount })),
    getty: optional(Text),
    extra: Type.Array(Type.Object({ name: Name, run: Texts })),
  }),
  safety: Type.Object({
    contactTimeoutSeconds: Amount,
    idleTimeoutSeconds: Amount,
    ramReserveBytes: Amount,
    powerCut: optional(oneOf('rescue', 'accept')),
  }),
  targets: Type.Record(TargetName, TargetForm),
  groups: optional(Type.Record(Name, Type.Object({ root: TargetName, kernel: TargetName }))),
  keep: optional(
    Type.Object({
      paths: Type.Array(Type.Object({ path: Text, required: Type.Boolean() })),
      list: optional(Type.Literal('sysupgrade')),
      into: TargetName,
      within: Text,
      mountedAt: Text,
      as: oneOf('files', 'sysupgrade.tgz'),
    }),
  ),
  trust: optional(Type.Array(TrustedKey)),
  boot: optional(
    Type.Object({
      loader: oneOf(...loaderNames),
      environment: Type.Array(Type.Union([Text, Type.Object({ device: Text, file: Text })])),
      variables: optional(Type.Union([oneOf(...presetNames), StoredTable])),
      acceptSingleCopy: optional(Type.Boolean()),
      slots: Type.Record(
        Name,
        Type.Object({
          root: Text,
          called: optional(Text),
          starts: optional(Type.Object({ file: Text, options: optional(Text) })),
          copies: optional(Type.Object({ onto: Text, files: Type.Record(Type.String(), Text) })),
          partition: optional(Amount),
          targets: Type.Record(Name, TargetName),
        }),
      ),
      tries: Amount,
      confirmWithinSeconds: Amount,
    }),
  ),
  commands: optional(Type.Object({ beforeEnter: CommandList, afterFlash: CommandList })),
  migrate: optional(
    Type.Object({
      into: Name,
      require: Type.Object({
        ram: optional(Amount),
        disk: optional(Amount),
        free: Type.Record(Text, Amount),
      }),
      before: CommandList,
      after: CommandList,
      carry: Type.Array(oneOf(...carriedWords)),
      start: Type.Object({ kernel: Text, initrd: optional(Text), words: optional(Text) }),
    }),
  ),
  confirm: Type.Object({
    build: optional(
      Type.Object({ read: Type.Array(Text, { minItems: 1 }), expect: optional(Text) }),
    ),
    hostKey: oneOf('same', 'changes'),
    timeoutSeconds: Amount,
  }),
});

/** Why a value is no profile, with the first thing that is wrong with it. */
export class NotAProfile extends Error {}

/**
 * A profile as an archive keeps it, with what versions before did not know filled in.
 * @param value what its JSON holds
 * @throws NotAProfile
 */
export function storedProfile(value: unknown): Profile {
  const [wrong] = violationsOf(StoredProfile, value);
  if (wrong)
    throw new NotAProfile(
      `${pathText(wrong.path) || 'the profile'}: found ${wrong.found}, expected ${wrong.expected}`,
    );
  const { protocol: _, ...stored } = value as Static<typeof StoredProfile>;
  const { root, services, confirm } = stored;
  // Of the unions of words the schema knows the members, which their types do not.
  return {
    archive: { compression: 'gzip' },
    ...stored,
    root: { ...root, from: [root.from].flat().map(sourceOf) },
    services: {
      wifi: undefined,
      watchdog: undefined,
      getty: undefined,
      ...services,
      sshd: { port: undefined, agentKeys: false, ...services.sshd },
    },
    confirm: { build: undefined, ...confirm },
  } as Profile;
}

/** Folders of the machine that built it are not stored. */
const sourceOf = (source: { kind: string }): object =>
  source.kind === 'sysroot' ? { kind: 'sysroot', named: undefined } : source;
