import type { Architecture } from '../profile/schema.js';
import type { Check } from '../progress.js';
import { formatBytes } from '../shared/format-bytes.js';
import type { Facts, WatchdogFact } from './facts.js';
import { kernelCheck, modulesCheck, type KernelNeed } from './kernel-checks.js';
import { deviceCheck, keysCheck, wayCheck } from './login-checks.js';
import { storageCheck } from './storage-check.js';

/** What entering will ask of the device. */
export interface EnterNeed extends KernelNeed {
  /** Bytes in RAM of the unpacked root, in whole pages. */
  rootBytes: number;
  /** Bytes in RAM that the root needs to work, beyond its files. */
  workingBytes: number;
  /** The public keys of the person who enters, where they open maintenance. */
  ownKeys: string[];
  /** The programs that the root has beyond busybox, by name. */
  programs: readonly string[];
  /** Why the login is not root, where it is not. */
  notRoot?: NotRoot[] | undefined;
}

/** Bytes of RAM that the device must have to spare for its maintenance system. */
export const neededBytes = ({
  profile,
  rootBytes,
  workingBytes,
}: Pick<EnterNeed, 'profile' | 'rootBytes' | 'workingBytes'>): number =>
  rootBytes + workingBytes + profile.safety.ramReserveBytes;

const ok = (name: string, found: string): Check => ({ name, verdict: 'ok', found });
const warn = (name: string, found: string, advice: string): Check => ({
  name,
  verdict: 'warning',
  found,
  advice,
});
const refuse = (name: string, found: string, advice: string): Check => ({
  name,
  verdict: 'refusal',
  found,
  advice,
});

/** Below this, a watchdog may not wait from the old system's last process to the maintenance system's first one. */
const shortTimeoutSeconds = 10;

function watchdogCheck(watchdogs: WatchdogFact[]): Check {
  const running = watchdogs.filter((dog) => dog.state === 'active' || dog.feeder !== undefined);
  if (running.length === 0) {
    return ok('watchdog', 'none is running at /dev/watchdog*');
  }
  const found = running.map(describeWatchdog).join(', ');
  if (running.some(({ feeder }) => feeder === undefined)) {
    const advice = 'Nobody has it open, so it will reset the device unless entering is faster.';
    return warn('watchdog', found, advice);
  }
  const hasty = ({ timeout, feeder }: WatchdogFact) =>
    feeder?.pid !== 1 && timeout !== '' && Number(timeout) < shortTimeoutSeconds;
  return running.some(hasty)
    ? warn(
        'watchdog',
        found,
        `If what feeds it ends late, its timeout has to last until the maintenance system feeds it; ${shortTimeoutSeconds} s or more is safe.`,
      )
    : ok('watchdog', `${found}; taken over on the way in`);
}

function describeWatchdog({ device, identity, timeout, nowayout, feeder }: WatchdogFact): string {
  const told = [
    identity,
    timeout && `${timeout} s`,
    nowayout ? 'nowayout' : '',
    feeder ? `fed by ${feeder.name} (pid ${feeder.pid})` : 'fed by nobody',
  ];
  return `${device} (${told.filter((text) => text !== '').join(', ')})`;
}

/** Why one program gives a login no root. */
export interface NotRoot {
  /** What it says: a sentence without a stop. */
  why: string;
  /** What would help, where that is known: sentences. */
  advice?: string;
}

/**
 * Whether commands run as root; without that, nothing else that a device tells counts. Pure.
 * @param notRoot why they do not, as far as that is known
 */
export function rootCheck({ uid }: Pick<Facts, 'uid'>, notRoot: NotRoot[] = []): Check {
  if (uid === 0) return ok('root', 'commands run as root');
  const known = notRoot.flatMap(({ advice }) => advice ?? []);
  return refuse(
    'root',
    [`the login has user id ${uid}`, ...notRoot.map(({ why }) => why)].join('; '),
    known.length > 0
      ? known.join(' ')
      : 'Log in as root (HOST is then root@ADDRESS), or as a user to whom sudo, doas or su gives root.',
  );
}

type Row = (facts: Facts, need: EnterNeed) => Check;

/** Where one machine name stands for both. */
const byteOrders: Partial<Record<Architecture, Facts['byteOrder']>> = {
  mipsel: 'little',
  mips: 'big',
  mips64el: 'little',
  mips64: 'big',
};

/** Machine names that a kernel reports (uname -m) for each architecture of a profile. */
const unameMachines: Record<Architecture, RegExp> = {
  x86_64: /^x86_64$/,
  i686: /^(i[3-6]86|x86_64)$/,
  aarch64: /^aarch64$/,
  armv7: /^(armv[78]l|aarch64)$/,
  armv5: /^armv[5-8].*l$/,
  mipsel: /^mips/,
  mips: /^mips/,
  mips64el: /^mips64/,
  mips64: /^mips64/,
  riscv64: /^riscv64$/,
  ppc64le: /^ppc64le$/,
  s390x: /^s390x$/,
};

/** Each row of the table; adding a check is adding a line here. */
const rows: Row[] = [
  (facts, { notRoot }) => rootCheck(facts, notRoot),
  deviceCheck,
  (facts, { profile }) => wayCheck(facts, profile),
  ({ machine, byteOrder }, { profile }) => {
    const wanted = byteOrders[profile.arch] ?? byteOrder;
    const found = `${machine}${byteOrder === undefined ? '' : `, ${byteOrder}-endian`}`;
    return unameMachines[profile.arch].test(machine) && wanted === (byteOrder ?? wanted)
      ? ok('architecture', found)
      : refuse(
          'architecture',
          `the device is ${found}, the profile is for ${profile.arch}`,
          'Use the profile of this device.',
        );
  },
  (facts, { profile }) => {
    if (profile.compatible.length === 0) {
      return warn(
        'board',
        facts.compatible.join(', ') || 'the device tells nothing of itself',
        'The profile names no board; device.compatible would refuse every other one.',
      );
    }
    return facts.compatible.some((name) => profile.compatible.includes(name))
      ? ok('board', facts.compatible.join(', '))
      : refuse(
          'board',
          `the device is ${facts.compatible.join(', ') || 'unnamed'}, the profile is for ${profile.compatible.join(', ')}`,
          'Use the profile of this device, or add its name to device.compatible.',
        );
  },
  (facts) =>
    facts.init === 'unknown'
      ? refuse(
          'init',
          `PID 1 is ${facts.initProgram || 'unknown'}`,
          'levitate knows no way to step over from this init system. With kexec on the device (the kernel feature, the program, and the kernel image in /boot) it could start anew.',
        )
      : ok('init', `${facts.init}${facts.initProgram ? ` (${facts.initProgram})` : ''}`),
  (facts) =>
    facts.initRefusals.length > 0
      ? refuse(
          'hook',
          facts.initRefusals.join('; '),
          'The hook would not run, so the device would boot its old system. Mend what the row names (`levitate help takeover` tells what each init system needs), and try again.',
        )
      : ok(
          'hook',
          [
            facts.armed
              ? 'armed already, will be armed anew'
              : `will be staged on ${facts.initRoot || 'a place that only root is told'}`,
            ...(facts.initWay ? [facts.initWay] : []),
          ].join('; '),
        ),
  (facts, need) => {
    const { profile, rootBytes, workingBytes } = need;
    const needed = neededBytes(need);
    const sum = `${formatBytes(rootBytes)} root + ${formatBytes(workingBytes)} work + ${formatBytes(profile.safety.ramReserveBytes)} reserve = ${formatBytes(needed)}`;
    if (facts.memoryAvailable === undefined)
      return refuse(
        'memory',
        `the device does not tell how much is available (/proc/meminfo), needed: ${sum}`,
        'levitate stages nothing where it cannot know that there is room.',
      );
    return needed <= facts.memoryAvailable
      ? ok('memory', `${formatBytes(facts.memoryAvailable)} available, needed: ${sum}`)
      : refuse(
          'memory',
          `${formatBytes(facts.memoryAvailable)} available, needed: ${sum}`,
          'Leave tools out of the profile, or stop services on the device first.',
        );
  },
  (facts) =>
    facts.missing.length === 0
      ? ok('tools', 'mount and umount are there')
      : refuse(
          'tools',
          `missing on the device: ${facts.missing.join(', ')}`,
          'The device must be able to mount a tmpfs.',
        ),
  (facts, { profile, ownKeys }) => keysCheck(facts, profile, ownKeys),
  (facts, { programs }) => storageCheck(facts, programs),
  kernelCheck,
  modulesCheck,
  ({ watchdogs }) => watchdogCheck(watchdogs),
  () => ok('state', 'the device runs its own system'),
];

/**
 * The preflight table of entering: what was found, and whether it stands in the way. Of a device in maintenance it has the row
 * `state` alone, because all else that it tells is about the maintenance system. Pure.
 */
export const preflight = (facts: Facts, need: EnterNeed): Check[] =>
  facts.state === 'maintenance'
    ? [refuse('state', 'the device is in maintenance already', 'See levitate status HOST.')]
    : rows.map((row) => row(facts, need));
