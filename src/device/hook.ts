import { randomBytes } from 'node:crypto';
import { isCode, LevitateError, type ErrorCode } from '../errors.js';
import type { ArchiveCompression } from '../profile/schema.js';
import type { EntrySettings } from '../protocol/entry-conf.js';
import type { PrepareSettings } from '../protocol/script-settings.js';
import type { Facts } from './facts.js';
import { markedFacts } from './fact-lines.js';
import { runScript, type ScriptResult } from './run-script.js';
import { prepareScript } from './scripts.js';
import { assignments, inShell, quote } from '../shared/shell-quote.js';
import type { ExecOptions, Transport } from '../ssh/transport.js';

/** Where the root of this device is staged, and the init system that steps are for. */
export interface Stage {
  init: string;
  root: string;
  /** The number of the entry whose root it is; steps refuse that of another one. Any, where it is missing. */
  entry?: string;
}

/** What a busybox unpacks, and the command for it. */
const unpackers = { gzip: 'gzip -dc', xz: 'xz -dc', none: 'cat' } as const;

/** How an archive is compressed that a device's staged busybox unpacks. */
export type Carried = keyof typeof unpackers;

/** No busybox knows zstd: what a kernel would unpack as that is brought to a device as gzip. */
export const carried = (compression: ArchiveCompression): Carried =>
  compression === 'zstd' ? 'gzip' : compression;

/** The archive's bytes from this machine, or the copy that `levitate install` left on the device. */
export type ArchiveSource = { compression: Carried } & (
  { from: 'here'; bytes: AsyncIterable<Uint8Array>; busybox: Uint8Array } | { from: 'installed' }
);

/** The folder of a device's root file system that `levitate install` fills. */
export const installFolder = '/usr/lib/levitate';

const endings = { gzip: '.gz', xz: '.xz', none: '' } as const;

/** The archive's file name where it is installed. */
export const archiveName = (compression: Carried): string => `archive.cpio${endings[compression]}`;

/** The stage of a device whose facts were gathered. */
export const stageOf = (facts: Facts): Stage => ({ init: facts.init, root: facts.initRoot });

/** The same for the root of an entry, which is not to touch that of another one. */
export const stageOfEntry = (facts: Facts, entry: string): Stage => ({ ...stageOf(facts), entry });

/**
 * Unpacks the archive into a tmpfs of its own in the running system; what was staged before goes away first.
 * @param room bytes: the limit of the tmpfs, and what the device must have to spare before anything is put there
 * @throws LevitateError STAGE_FAILED
 */
export async function stageRoot(
  transport: Transport,
  { init, root, entry = '' }: Stage,
  source: ArchiveSource,
  room: { limit: number; needed: number },
  signal?: AbortSignal,
): Promise<void> {
  const settings: PrepareSettings = {
    LEVITATE_INIT: init,
    LEVITATE_ROOT: root,
    LEVITATE_SIZE_KIB: String(Math.ceil(room.limit / 1024)),
    LEVITATE_NEEDED_KIB: String(Math.ceil(room.needed / 1024)),
    LEVITATE_ENTRY_ID: entry,
  };
  const options = signal ? { signal } : {};
  const prepare = await prepareScript(settings);
  await runHook(transport, 'STAGE_FAILED', 'making room in RAM', prepare, options);
  const busybox = `${quote(root)}/busybox.stage`;
  const bring =
    source.from === 'installed' ? `cp ${installFolder}/busybox ${busybox}` : `cat >${busybox}`;
  await run(transport, 'STAGE_FAILED', 'bringing busybox', `${bring} && chmod 755 ${busybox}`, {
    ...options,
    ...(source.from === 'installed' ? {} : { stdin: source.busybox }),
  });
  // cpio stops reading at its trailer; what unpacks, still writing what pads the archive, would die of SIGPIPE.
  const unpack = `set -o pipefail; cd ${quote(root)} && ./busybox.stage ${unpackers[source.compression]} | { ./busybox.stage cpio -idmu 2>.cpio && ./busybox.stage cat >/dev/null; } || { ./busybox.stage tail -n 2 .cpio >&2; exit 1; }; rm -f .cpio busybox.stage`;
  const from =
    source.from === 'installed' ? ` <${installFolder}/${archiveName(source.compression)}` : '';
  await run(transport, 'STAGE_FAILED', 'unpacking', `${busybox} sh -c ${quote(unpack)}${from}`, {
    ...options,
    ...(source.from === 'installed' ? {} : { stdin: source.bytes }),
  });
}

/**
 * Brings a kernel for a rescue into the staged root (takeover/carry/rescue.sh).
 * @throws LevitateError STAGE_FAILED
 */
export async function bringKernel(
  transport: Transport,
  { root }: Stage,
  kernel: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const folder = `${quote(root)}${installFolder}/rescue`;
  await run(
    transport,
    'STAGE_FAILED',
    'bringing the kernel of a rescue',
    `mkdir -p ${folder} && cat >${folder}/kernel`,
    { stdin: kernel, ...(signal ? { signal } : {}) },
  );
}

/** What configuring gave: the host keys that the maintenance sshd will present, and remarks for people. */
export interface Configured {
  hostKeys: string[];
  notes: string[];
}

/**
 * Gives the staged root this device's addresses, names, host keys and authorized keys.
 * @param settings more lines for entry.conf
 * @param publicKeys the key of this entry and of whom it brings along, lines of authorized_keys
 * @throws LevitateError STAGE_FAILED
 */
export async function configure(
  transport: Transport,
  { root, entry = '' }: Stage,
  settings: EntrySettings,
  publicKeys: string[],
): Promise<Configured> {
  const input = [...assignments(settings), '--', ...publicKeys];
  const answer = await runHook(
    transport,
    'STAGE_FAILED',
    'configuring',
    withInput(inStage(root, 'configure', root, entry), input),
  );
  const { all, one } = markedFacts(answer);
  const hostKeys = all('hostkey').map((line) => line.trim());
  if (hostKeys.length === 0 || one('configured') !== 'yes') {
    throw new LevitateError('STAGE_FAILED', 'the staged root could not be given a host key', {
      data: { output: answer.received },
    });
  }
  return { hostKeys, notes: all('note') };
}

/**
 * Makes the flasher of the staged root usable while the running system goes on.
 * @throws LevitateError STAGE_FAILED
 */
export async function stay(
  transport: Transport,
  { root }: Stage,
  settings: Pick<EntrySettings, 'LEVITATE_ENTRY_ID'>,
): Promise<void> {
  const script = withInput(inStage(root, 'stay', root), assignments(settings));
  await runHook(transport, 'STAGE_FAILED', 'starting the flasher', script, { timeoutMs: 300_000 });
}

/**
 * The same connection, whose commands run in the staged root, as those of a connection to maintenance do: `flasher` is one of
 * them.
 */
export const insideStage = <T extends Transport>(running: T, { root }: Stage): T => ({
  ...running,
  exec: (command, options) =>
    running.exec(
      [`${root}/usr/bin/busybox`, 'chroot', root, '/usr/lib/levitate/shell', '-c', command]
        .map(quote)
        .join(' '),
      options,
    ),
});

/** Makes the next orderly shutdown step into the staged root; lives in RAM, so a power cut disarms it. */
export async function arm(transport: Transport, stage: Stage): Promise<void> {
  await runHook(transport, 'ENTER_FAILED', 'arming', hookCommand(stage, 'arm'));
}

/**
 * Asks the init for its orderly shutdown. The connection may end before the answer arrives, and the shutdown may kill what asks
 * for it: either is success, as whether the device goes down shows next.
 * @throws LevitateError ENTER_FAILED where the init system refuses
 */
export async function trigger(transport: Transport, stage: Stage): Promise<void> {
  try {
    await runHook(transport, 'ENTER_FAILED', 'triggering', hookCommand(stage, 'trigger'), {
      timeoutMs: 60_000,
    });
  } catch (error) {
    const killed = isCode(error, 'ENTER_FAILED') && error.data?.['status'] === null;
    if (!killed && !isCode(error, 'CONNECTION_LOST')) throw error;
  }
}

/**
 * Takes back whatever was staged and armed: the device is as if nobody had come.
 * @returns whether it was left alone, because another entry has staged it
 * @throws LevitateError REMOTE_FAILED
 */
export async function unstage(
  transport: Transport,
  { init, root, entry = '' }: Stage,
): Promise<boolean> {
  const settings: PrepareSettings = {
    LEVITATE_INIT: init,
    LEVITATE_ROOT: root,
    LEVITATE_SIZE_KIB: '',
    LEVITATE_NEEDED_KIB: '',
    LEVITATE_ENTRY_ID: entry,
  };
  const prepare = await prepareScript(settings);
  const answer = await runHook(transport, 'REMOTE_FAILED', 'disarming', prepare, {
    timeoutMs: 60_000,
  });
  return markedFacts(answer).one('of-another-entry') === 'yes';
}

/** A command with these lines as its standard input. */
const withInput = (command: string, lines: string[]): string => {
  const end = `end-${randomBytes(12).toString('hex')}`;
  return [`${command} <<'${end}'`, ...lines, end].join('\n');
};

const inStage = (root: string, script: string, ...args: string[]): string =>
  [`${root}/usr/bin/busybox`, 'sh', `${root}/usr/lib/levitate/takeover/${script}`, ...args]
    .map(quote)
    .join(' ');

/** A command for the running system: a step of `takeover/steps` of the staged root. */
export const hookCommand = ({ init, root, entry = '' }: Stage, verb: string): string =>
  inStage(root, 'steps', verb, init, root, entry);

/** The last line that a program said for people. */
export const lastLineOf = (stderr: string): string =>
  stderr.trim().split('\n').at(-1) || 'it gave no reason';

async function runHook(
  transport: Transport,
  code: ErrorCode,
  doing: string,
  script: string,
  options: Pick<ExecOptions, 'signal' | 'timeoutMs'> = {},
): Promise<ScriptResult> {
  const answer = await runScript(transport, script, options);
  refuseFailure(code, doing, answer);
  return answer;
}

async function run(
  transport: Transport,
  code: ErrorCode,
  doing: string,
  command: string,
  options: ExecOptions,
): Promise<void> {
  refuseFailure(code, doing, await transport.exec(inShell(command), options));
}

function refuseFailure(
  code: ErrorCode,
  doing: string,
  result: Pick<ScriptResult, 'code' | 'stderr'>,
): void {
  if (result.code === 0) return;
  throw new LevitateError(code, `${doing} failed on the device: ${lastLineOf(result.stderr)}`, {
    hint: 'Nothing was written to its flash.',
    data: { status: result.code, stderr: result.stderr.slice(-2000) },
  });
}
