import { isIP } from 'node:net';
import { keptRangeFault } from '../flash/kept-ranges.js';
import { memberTargets } from '../flash/member-targets.js';
import { watchdogDefaults } from './normalise.js';
import { bootViolations } from './semantics-boot.js';
import { migrateViolations } from './semantics-migrate.js';
import type { RawProfile } from './schema.js';
import { toSeconds } from '../shared/units.js';
import { wrong, type Violation } from './violation.js';

/** What a schema cannot say: values that are well formed and still make no sense, alone or together. */
export function semanticViolations(raw: RawProfile): Violation[] {
  return [
    ...durations(raw),
    ...watchdog(raw),
    ...network(raw),
    ...targets(raw),
    ...keep(raw),
    ...bootViolations(raw),
    ...migrateViolations(raw),
    ...root(raw),
  ];
}

/** A key, or the place in a list. */
type Step = Violation['path'][number];

function durations(raw: RawProfile): Violation[] {
  const { safety, services, confirm, commands, migrate, boot: slots } = raw;
  const lists = [
    ['commands', 'before-enter', commands?.['before-enter']],
    ['commands', 'after-flash', commands?.['after-flash']],
    ['migrate', 'before', migrate?.before],
    ['migrate', 'after', migrate?.after],
  ] as const;
  const ofCommands = lists.flatMap(([part, when, list = []]) =>
    list.map(({ timeout }, index): [string | undefined, ...Step[]] => [
      ...([timeout, part, when, index, 'timeout'] as const),
    ]),
  );
  const given: [string | undefined, ...Step[]][] = [
    [safety?.['contact-timeout'], 'safety', 'contact-timeout'],
    [safety?.['idle-timeout'], 'safety', 'idle-timeout'],
    [services?.watchdog?.feed, 'services', 'watchdog', 'feed'],
    [services?.watchdog?.timeout, 'services', 'watchdog', 'timeout'],
    [confirm?.timeout, 'confirm', 'timeout'],
    [slots?.['confirm-within'], 'boot', 'confirm-within'],
    ...ofCommands,
  ];
  // The device counts in whole seconds, and a timeout of none would reboot it at once.
  return given.flatMap(([text, ...path]) =>
    text === undefined || (toSeconds(text) >= 1 && Number.isInteger(toSeconds(text)))
      ? []
      : [wrong(path, 'whole seconds, at least 1s', text)],
  );
}

function watchdog({ services }: RawProfile): Violation[] {
  if (!services?.watchdog) return [];
  const { feed, timeout } = { ...watchdogDefaults, ...services.watchdog };
  if (toSeconds(feed) < toSeconds(timeout)) return [];
  const key = services.watchdog.feed === undefined ? 'timeout' : 'feed';
  const expected = `feed shorter than timeout (feed ${feed}, timeout ${timeout})`;
  return [wrong(['services', 'watchdog', key], expected, services.watchdog[key])];
}

function network({ services }: RawProfile): Violation[] {
  const fixed = services?.network;
  if (typeof fixed !== 'object') return [];
  const path = ['services', 'network'];
  const [address = '', prefix = ''] = fixed.address.split('/');
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  const found: Violation[] = [];
  if (family === 0 || Number(prefix) < 1 || Number(prefix) > longest) {
    const expected = 'an address with its prefix length, such as 192.168.1.1/24';
    found.push(wrong([...path, 'address'], expected, fixed.address));
  } else if (fixed.gateway !== undefined && isIP(fixed.gateway) !== family) {
    const expected = `an IPv${family} address, as \`address\` is one`;
    found.push(wrong([...path, 'gateway'], expected, fixed.gateway));
  }
  return found;
}

function targets({ flash }: RawProfile): Violation[] {
  const seen = new Map<string, string>();
  return Object.entries(flash?.targets ?? {}).flatMap(([name, spec]) => {
    const { keep = [], ...where } = { keep: undefined, ...spec };
    const place = inOrder(where);
    const other = seen.get(place);
    seen.set(place, name);
    const path = ['flash', 'targets', name];
    return [
      ...(other === undefined ? [] : [wrong(path, `a place other than that of "${other}"`, spec)]),
      ...keep.flatMap((range, index) => {
        // A name is that of the partition table, or of a volume.
        const expected = typeof range === 'string' ? undefined : keptRangeFault(range);
        return expected === undefined ? [] : [wrong([...path, 'keep', index], expected, range)];
      }),
    ];
  });
}

function keep({ flash }: RawProfile): Violation[] {
  if (!flash?.keep) return [];
  const { targets, keep: raw } = flash;
  const names = Object.keys(targets);
  if (Array.isArray(raw)) {
    if (names.length > 1)
      return [wrong(['flash', 'keep'], '{ paths, into }, because there are several targets', raw)];
    return Object.values(targets).some((spec) => 'keep' in spec && !('ubi' in spec))
      ? [wrong(['flash', 'keep'], '{ paths, within }, because ranges of the target are kept', raw)]
      : [];
  }
  const found: Violation[] = [];
  if (raw.into === undefined ? names.length > 1 : !names.includes(raw.into))
    found.push(
      wrong(['flash', 'keep', 'into'], `one of the targets ${names.join(', ')}`, raw.into),
    );
  const spec = targets[raw.into ?? names[0] ?? ''];
  if (raw.within === undefined && spec && 'keep' in spec)
    found.push(
      wrong(
        ['flash', 'keep', 'into'],
        'a target of which no ranges are kept, or `within`',
        raw.into,
      ),
    );
  const at = raw['mounted-at'];
  const isOpenwrt = spec !== undefined && memberTargets(spec) !== undefined;
  if (raw.as === 'files' && isOpenwrt)
    found.push(
      wrong(['flash', 'keep', 'as'], 'sysupgrade.tgz, as the target is an OpenWrt', raw.as),
    );
  if (at !== undefined && (raw.as === 'sysupgrade.tgz' || isOpenwrt))
    found.push(wrong(['flash', 'keep', 'mounted-at'], 'nothing beside sysupgrade.tgz', at));
  if (raw.paths === undefined && raw.list === undefined)
    found.push(wrong(['flash', 'keep'], 'paths, or list, or both', raw));
  if (raw.list !== undefined && raw.as !== 'sysupgrade.tgz' && !isOpenwrt)
    found.push(wrong(['flash', 'keep', 'list'], 'as: sysupgrade.tgz beside it', raw.list));
  raw.paths?.forEach((one, index) => {
    const path = typeof one === 'string' ? one : one.path;
    if (at !== undefined && !path.startsWith(`${at}/`))
      found.push(wrong(['flash', 'keep', 'paths', index], `a path below ${at}`, path));
  });
  return found;
}

/** The same text for the same value, in whatever order its keys are written. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const reserved = ['/init', '/shutdown', '/etc/levitate', '/usr/lib/levitate', '/lib/levitate'];
const mountPoints = ['/proc', '/sys', '/dev', '/run', '/tmp'];

function root({ root: raw, services }: RawProfile): Violation[] {
  const under = (path: string) => (top: string) => path === top || path.startsWith(`${top}/`);
  const files = Object.keys(raw?.files ?? {}).flatMap((path): Violation[] => {
    const at = { path: ['root', 'files', path], at: 'key' as const, found: `"${path}"` };
    if (reserved.some(under(path)))
      return [{ ...at, expected: "a path that is not levitate's own" }];
    if (!mountPoints.some(under(path))) return [];
    return [
      { ...at, expected: 'a path that nothing is mounted over (/proc, /sys, /dev, /run, /tmp)' },
    ];
  });
  const seen = new Set<string>();
  const twice = (services?.extra ?? []).flatMap(({ name }, index) =>
    seen.size < seen.add(name).size
      ? []
      : [wrong(['services', 'extra', index, 'name'], 'a name of its own', name)],
  );
  return [...files, ...twice];
}
