import { loaderKinds } from '../boot-loader/loaders.js';
import type { Assignments } from '../boot-loader/u-boot/variable-table.js';
import { memberTargets } from '../flash/member-targets.js';
import type { TargetSpec } from '../flash/target.js';
import type { TrustedKey } from '../image/signature/trusted-key.js';
import type {
  BootSpec,
  DeviceCommand,
  KeepSpec,
  MigrateSpec,
  Profile,
  SourceSpec,
} from './profile.js';
import type { RawProfile } from './schema.js';
import { carriedWords } from './schema-migrate.js';
import { memberName } from '../shared/target-name.js';
import { toBytes, toSeconds } from '../shared/units.js';

/** What the profile names on this machine, after it was read. */
export interface ProfileFiles {
  /** The keys of `flash.trust`, in its order. */
  trust?: TrustedKey[];
  /** Public keys, one a line, from every key file. */
  authorizedKeys: string[];
  /** Path in the root → absolute path on this machine. */
  files: Record<string, string>;
  /** Sysroot as the profile names it → absolute path on this machine. */
  sysroots: Record<string, string>;
}

/** Fills in every default and resolves every unit of a profile that was found valid. */
export function normalise(raw: RawProfile, found: ProfileFiles): Profile {
  const { root = {}, archive = {}, services = {}, safety = {}, confirm = {} } = raw;
  return {
    name: raw.name,
    arch: raw.arch,
    compatible: raw.device?.compatible ?? [],
    root: {
      from: sources(raw, found.sysroots),
      tools: root.tools ?? [],
      files: found.files,
      ...modules(root.modules ?? []),
    },
    archive: { compression: archive.compression ?? 'gzip' },
    services: {
      network: services.network ?? 'keep',
      wifi: services.wifi && {
        interface: services.wifi.interface,
        configuration: (services.wifi.configuration ?? 'keep') === 'keep' ? 'keep' : 'own',
      },
      sshd: sshd(services.sshd ?? {}, found.authorizedKeys),
      watchdog: services.watchdog && watchdog(services.watchdog),
      getty: services.getty?.device.replace(/^dev\//, ''),
      extra: services.extra ?? [],
    },
    safety: {
      contactTimeoutSeconds: toSeconds(safety['contact-timeout'] ?? '3m'),
      idleTimeoutSeconds: toSeconds(safety['idle-timeout'] ?? '30m'),
      ramReserveBytes: toBytes(safety['ram-reserve'] ?? '8MiB'),
      ...(safety['power-cut'] ? { powerCut: safety['power-cut'] } : {}),
    },
    ...targets(raw.flash?.targets ?? {}),
    ...(raw.flash?.keep ? { keep: keep(raw.flash) } : {}),
    ...(found.trust?.length ? { trust: found.trust } : {}),
    ...(raw.boot ? { boot: boot(raw.boot) } : {}),
    ...(raw.commands ? { commands: commands(raw.commands) } : {}),
    ...(raw.migrate ? { migrate: migrate(raw.migrate) } : {}),
    confirm: {
      build: confirm.build && { read: confirm.build.read, expect: confirm.build.expect },
      hostKey: confirm['host-key'] ?? 'same',
      timeoutSeconds: toSeconds(confirm.timeout ?? '5m'),
    },
  };
}

type RawSource =
  'ready' | 'debian' | 'device' | 'sysroot' | { debian: string } | { sysroot: string };

/** Where programs come from when the profile does not say: a ready root, and Debian for what that lacks. */
const defaultSources: SourceSpec[] = [
  { kind: 'ready', given: 'default' },
  { kind: 'debian', release: undefined },
];

/** What `root.from` names, as a list. */
export function sourcesOf({ root }: RawProfile): RawSource[] {
  const from = root?.from ?? [];
  return Array.isArray(from) ? from : [from];
}

function sources(raw: RawProfile, sysroots: Record<string, string>): SourceSpec[] {
  if (raw.root?.from === undefined) return defaultSources;
  const [first, ...others] = sourcesOf(raw).map((source) => sourceSpec(source, sysroots));
  if (first?.kind === 'ready' && others.length === 0) return [{ kind: 'ready', given: 'alone' }];
  return first ? [first, ...others] : [];
}

function sourceSpec(source: RawSource, sysroots: Record<string, string>): SourceSpec {
  if (source === 'ready') return { kind: 'ready', given: 'listed' };
  if (source === 'device') return { kind: 'device' };
  if (source === 'sysroot') return { kind: 'sysroot', named: undefined };
  if (source === 'debian') return { kind: 'debian', release: undefined };
  if ('debian' in source) return { kind: 'debian', release: source.debian };
  const { sysroot: name } = source;
  return { kind: 'sysroot', named: { folder: sysroots[name] ?? name, name } };
}

type RawModules = NonNullable<NonNullable<RawProfile['root']>['modules']>;

const modules = (raw: RawModules): Pick<Profile['root'], 'modules' | 'carriedModules'> =>
  Array.isArray(raw)
    ? { modules: raw }
    : { modules: [], carriedModules: { kernel: raw.kernel, names: raw.names } };

type RawFlash = NonNullable<RawProfile['flash']>;

/** Takes targets that are several apart into their members. */
function targets(raw: RawFlash['targets']): Pick<Profile, 'targets' | 'groups'> {
  const single: Profile['targets'] = {};
  const groups: NonNullable<Profile['groups']> = {};
  for (const [name, spec] of Object.entries(raw)) {
    const members = memberTargets(spec);
    if (members) {
      const [root, kernel] = [memberName(name, 'root'), memberName(name, 'kernel')];
      groups[name] = { root, kernel };
      single[root] = members.root;
      single[kernel] = members.kernel;
    } else single[name] = spec as TargetSpec;
  }
  return { targets: single, ...(Object.keys(groups).length > 0 ? { groups } : {}) };
}

type RawKeep = NonNullable<RawFlash['keep']>;

function keep({ keep: raw = [], targets }: RawFlash): KeepSpec {
  const {
    paths = [],
    list,
    into,
    within = '',
    as,
    ...rest
  }: Exclude<RawKeep, unknown[]> = Array.isArray(raw) ? { paths: raw } : raw;
  const target = into ?? Object.keys(targets)[0] ?? '';
  const members = targets[target] && memberTargets(targets[target]);
  return {
    paths: paths.map((one) =>
      typeof one === 'string'
        ? { path: one, required: false }
        : { path: one.path, required: one.required ?? false },
    ),
    ...(list === undefined ? {} : { list }),
    into: members ? memberName(target, 'root') : target,
    within: String(within),
    mountedAt: rest['mounted-at'] ?? '/',
    // An OpenWrt restores them itself, over a root that is mounted nowhere else.
    as: as ?? (members ? 'sysupgrade.tgz' : 'files'),
  };
}

const boot = ({ tries, ...raw }: NonNullable<RawProfile['boot']>): BootSpec => ({
  loader: raw.loader,
  environment: environmentOf(raw),
  slots: raw.slots,
  ...(raw.variables === undefined ? {} : { variables: variablesOf(raw.variables) }),
  ...(raw['accept-single-copy'] ? { acceptSingleCopy: true } : {}),
  tries: tries ?? Math.min(2, loaderKinds[raw.loader].mostTries),
  confirmWithinSeconds: toSeconds(raw['confirm-within'] ?? '10m'),
});

/** What U-Boot's variables say of slots, with every value as text. */
export function variablesOf(
  raw: NonNullable<NonNullable<RawProfile['boot']>['variables']>,
): NonNullable<BootSpec['variables']> {
  if (typeof raw === 'string') return raw;
  const asText = (values: typeof raw.try): Assignments =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'number' ? String(value) : value,
      ]),
    );
  return { ...raw, try: asText(raw.try), start: asText(raw.start) };
}

/** The places that a profile names for its boot loader: one, a list, or none. */
export const environmentOf = ({
  environment = [],
}: Pick<NonNullable<RawProfile['boot']>, 'environment'>) => [environment].flat();

type RawCommands = NonNullable<RawProfile['commands']>;

const commandList = (given: RawCommands['before-enter'] = []): DeviceCommand[] =>
  given.map(({ run, timeout }) => ({ run, timeoutSeconds: toSeconds(timeout ?? '1m') }));

const commands = (raw: RawCommands): NonNullable<Profile['commands']> => ({
  beforeEnter: commandList(raw['before-enter']),
  afterFlash: commandList(raw['after-flash']),
});

const bytesOf = (sizes: Record<string, string>): Record<string, number> =>
  Object.fromEntries(Object.entries(sizes).map(([key, size]) => [key, toBytes(size)]));

function migrate(raw: NonNullable<RawProfile['migrate']>): MigrateSpec {
  const { free = {}, ...whole } = raw.require ?? {};
  return {
    into: raw.into,
    require: { ...bytesOf(whole), free: bytesOf(free) },
    before: commandList(raw.before),
    after: commandList(raw.after),
    carry: raw.carry ?? [...carriedWords],
    start: { kernel: '/boot/vmlinuz', ...raw.start },
  };
}

type RawServices = NonNullable<RawProfile['services']>;

function sshd(
  raw: NonNullable<RawServices['sshd']>,
  authorizedKeys: string[],
): Profile['services']['sshd'] {
  const keys = raw['authorized-keys'] ?? ['keep'];
  return {
    port: raw.port === 'keep' ? undefined : raw.port,
    hostKeys: hostKeys(raw['host-keys'] ?? 'keep'),
    keepAuthorizedKeys: keys.includes('keep'),
    agentKeys: keys.includes('agent'),
    authorizedKeys,
  };
}

const hostKeys = (given: string): Profile['services']['sshd']['hostKeys'] =>
  given === 'keep' || given === 'new' ? given : 'own';

/** What a profile that feeds a watchdog says where it says no more. */
export const watchdogDefaults = { device: '/dev/watchdog', feed: '5s', timeout: '30s' } as const;

function watchdog(
  raw: NonNullable<RawServices['watchdog']>,
): NonNullable<Profile['services']['watchdog']> {
  const { device, feed, timeout } = { ...watchdogDefaults, ...raw };
  return { device, feedSeconds: toSeconds(feed), timeoutSeconds: toSeconds(timeout) };
}
