import type { Transport } from '../ssh/transport.js';
import { factBytes, factReader, isNumber, markedFacts, type FactLines } from './fact-lines.js';
import type { Facts, RescueFacts, StackFacts, WatchdogFact } from './facts.js';
import { parseRunning, type Received } from './gather-running.js';
import { readInstalled } from './installed.js';
import { parseRebootReason } from './reboot-reason.js';
import { runScript } from './run-script.js';
import { factsScript } from './scripts.js';

/**
 * Runs the facts script on a device, over its own shell, and reads what it printed. Nothing on the device changes.
 * @throws LevitateError REMOTE_FAILED when the script did not run to its end, and what `exec` throws
 */
export async function gatherFacts(transport: Transport): Promise<Facts> {
  const answer = await runScript(transport, await factsScript(), {
    timeoutMs: 60_000,
    maxBytes: factBytes,
  });
  return parseFacts(markedFacts(answer), answer);
}

/**
 * Reads what `remote/facts.sh` tells. What is missing or is not what it should be is never taken for a good value: who
 * the login is, which kernel runs and sizes must be told; what else is missing shows in the preflight.
 * @throws LevitateError REMOTE_FAILED naming the fact
 */
export function parseFacts(told: FactLines, received: Received): Facts {
  const { all, one, words } = told;
  const running = parseRunning(told, received);
  const read = factReader(told);
  return {
    ...running,
    uid: read.number('uid'),
    machine: read.owed('machine'),
    byteOrder: (['little', 'big'] as const).find((order) => order === one('byte-order')),
    kernel: read.owed('kernel'),
    hostname: one('hostname'),
    sshPort: portOf(one('ssh-connection').split(' ')[3]),
    way: {
      links: all('login-interface'),
      loops: one('login-loopback'),
      ends: one('login-ends'),
      wifi: one('login-wifi'),
    },
    keyFiles:
      one('keys-looked') === 'yes'
        ? read.rows('keys-file', ([count, ...path], number) => ({
            path: path.join(' '),
            keys: number(count),
          }))
        : undefined,
    container: all('container'),
    memoryTotal: kibibytes(one('memtotal-kib')),
    memoryAvailable: kibibytes(one('memavailable-kib')),
    compatible: [...new Set(all('compatible'))],
    ...(one('compat-version') ? { compatVersion: one('compat-version') } : {}),
    model: one('model').trim(),
    serial: one('serial').trim(),
    system: one('system').trim(),
    init: one('init') || 'unknown',
    initProgram: one('init-program'),
    initRoot: one('init-root'),
    initRefusals: all('init-refusal'),
    initWay: one('init-method'),
    armed: one('armed') === 'yes',
    staged: one('staged') === 'yes',
    mounts: words('mount').map(([source = '', point = '', type = '']) => ({ source, point, type })),
    swaps: all('swap'),
    missing: all('missing'),
    mtds: read.rows('mtd', ([device = '', size, erase, ...name], number) => ({
      device,
      size: number(size, 16),
      eraseSize: number(erase, 16),
      name: name.join(' '),
    })),
    ubiVolumes: read.rows('ubi-volume', ([device = '', blocks, leb, ...name], number) => ({
      device,
      size: number(blocks) * number(leb),
      name: name.join(' '),
    })),
    blocks: read.rows('block', ([device = '', sectors], number) => ({
      device,
      size: number(sectors) * 512,
    })),
    mounted: words('mounted').map(([device = '', mode, type = '', ...point]) => ({
      device,
      readOnly: mode === 'ro',
      type,
      point: point.join(' '),
    })),
    stack: stackOf(told),
    rescue: rescueOf(told),
    watchdogs: watchdogs(words('watchdog'), words('watchdog-feeder')),
    ...parseRebootReason(one('reboot-reason')),
    features: {
      fileSystems: list(one('filesystems')),
      moduleSupport: one('module-support') === 'yes',
      modules: list(one('modules')),
      modulesDisabled: one('modules-disabled') === '1',
      modulesSigned: /^[Y1]/.test(one('modules-signed')),
      modprobe: one('modprobe') === 'yes',
      packetSockets: one('packet-sockets') === 'yes',
      ubi: one('ubi-support') === 'yes',
      mtdNodes: one('mtd-nodes') === 'yes',
    },
    installed: readInstalled(
      one('installed'),
      one('installed-size'),
      one('installed-profile'),
      all('installed-module'),
    ),
  };
}

const stackOf = ({ one, words }: FactLines): StackFacts => ({
  stands: words('stands').map(([device = '', on = '']) => ({ device, on })),
  mapped: words('mapped').map(([device = '', owner = '', ...name]) => ({
    device,
    owner,
    name: name.join(' '),
  })),
  arrays: words('array').map(([device = '', level = '', metadata = '']) => ({
    device,
    level,
    metadata,
  })),
  loops: words('loop').map(([device = '', ...file]) => ({ device, file: file.join(' ') })),
  networkDisks: words('network-disk').map(([device = '', ...by]) => ({ device, by: by.join(' ') })),
  rootLayers: one('root-layers'),
});

function rescueOf(told: FactLines): RescueFacts {
  const { one } = told;
  const [kernel] = factReader(told).rows('rescue-kernel', ([bytes, ...path], number) => ({
    kernel: path.join(' '),
    kernelBytes: number(bytes),
  }));
  const disk = one('rescue-disk');
  if (!kernel || disk === '')
    return { refusal: one('rescue-refusal') || 'the device does not tell what starts it' };
  const firmware = one('rescue-firmware') === 'uefi' ? 'uefi' : 'bios';
  return { firmware, disk, ...kernel, moduleBytes: factReader(told).number('rescue-bytes') };
}

const kibibytes = (text: string): number | undefined =>
  isNumber(text) ? Number(text) * 1024 : undefined;

function portOf(text: string | undefined): number | undefined {
  const port = isNumber(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}

const list = (words: string): string[] => words.split(' ').filter((word) => word !== '');

function watchdogs(found: string[][], feeding: string[][]): WatchdogFact[] {
  const feeders = new Map<string, WatchdogFact['feeder']>();
  for (const [device = '', pid = '', ...name] of feeding) {
    // Of several that share it, the one that comes first has the lowest number: PID 1 if it is among them.
    if (!feeders.has(device) && isNumber(pid))
      feeders.set(device, { pid: Number(pid), name: name.join(' ') });
  }
  // A driver older than the class is known by whoever has it open.
  const unlisted = [...feeders.keys()].filter((name) => !found.some(([device]) => device === name));
  return [...found, ...unlisted.map((name) => [name])].map(
    ([device = '', state = '', timeout = '', nowayout = '', ...identity]) => ({
      device,
      state,
      timeout,
      nowayout: nowayout === '1',
      identity: identity.join(' '),
      feeder: feeders.get(device),
    }),
  );
}
