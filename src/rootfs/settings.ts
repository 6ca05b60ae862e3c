import { assignments } from '../shared/shell-quote.js';
import { targetOf } from '../flash/target.js';
import { chunkSize } from '../image/image.js';
import type { Profile } from '../profile/profile.js';
import type { LevitateConf } from '../protocol/levitate-conf.js';
import { protocol } from '../protocol/version.js';

/**
 * Makes `/etc/levitate/levitate.conf`: the profile as shell assignments, the only way in which settings reach the
 * device.
 */
export function settings(profile: Profile, version: string): string {
  const { services, safety } = profile;
  const { network, wifi, sshd, watchdog } = services;
  const fixed = typeof network === 'object' ? network : undefined;
  const values: LevitateConf = {
    LEVITATE_PROTOCOL: protocol,
    LEVITATE_CHUNK_BYTES: chunkSize,
    LEVITATE_VERSION: version,
    LEVITATE_NAME: profile.name,
    LEVITATE_CONTACT_TIMEOUT: safety.contactTimeoutSeconds,
    LEVITATE_IDLE_TIMEOUT: safety.idleTimeoutSeconds,
    LEVITATE_NETWORK: typeof network === 'object' ? 'static' : network,
    LEVITATE_ADDRESS: fixed?.address ?? '',
    LEVITATE_GATEWAY: fixed?.gateway ?? '',
    LEVITATE_INTERFACE: fixed?.interface ?? '',
    LEVITATE_WIFI: wifi?.configuration ?? '',
    LEVITATE_WIFI_INTERFACE: wifi?.interface ?? '',
    LEVITATE_SSHD_PORT: String(sshd.port ?? ''),
    LEVITATE_HOST_KEYS: sshd.hostKeys,
    LEVITATE_AUTHORIZED_KEYS_KEEP: sshd.keepAuthorizedKeys ? '1' : '',
    LEVITATE_WATCHDOG_DEVICE: watchdog?.device ?? '',
    LEVITATE_WATCHDOG_FEED: String(watchdog?.feedSeconds ?? ''),
    LEVITATE_WATCHDOG_TIMEOUT: String(watchdog?.timeoutSeconds ?? ''),
    LEVITATE_AFTER_FLASH: profile.commands?.afterFlash.length ? '1' : '',
    LEVITATE_KEEP_INTO: profile.keep?.into ?? '',
    // Each line is a target: its name and the flasher's arguments for it, separated by tabs.
    LEVITATE_TARGETS: Object.entries(profile.targets)
      .map(([name, spec]) => [name, ...targetOf(spec).args].join('\t'))
      .join('\n'),
    LEVITATE_SPARED_RANGES: Object.entries(profile.targets)
      .map(([name, spec]) => [name, ...targetOf(spec).keeps])
      .filter((words) => words.length > 1)
      .map((words) => words.join('\t'))
      .join('\n'),
    LEVITATE_MODULES: profile.root.modules.join(' '),
  };
  return assignments(values)
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * Makes `/etc/levitate/profile.json`: the profile without paths of the machine that built it, and the protocol number.
 */
export function profileJson(profile: Profile): string {
  const files = Object.fromEntries(Object.keys(profile.root.files).map((path) => [path, path]));
  const from = profile.root.from.map((source) =>
    source.kind === 'sysroot' ? { kind: source.kind, name: source.named?.name } : source,
  );
  const stored = { protocol, ...profile, root: { ...profile.root, from, files } };
  return `${JSON.stringify(stored, null, 2)}\n`;
}
