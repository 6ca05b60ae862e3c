import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Told } from './worker.js';

export interface Wanted {
  name: string;
  seed: string;
  /** The number of the first case. */
  first: number;
  /** How long; 0 for the first case alone. */
  seconds: number;
  /** For the files of this target. */
  folder: string;
}

export interface FoundWrong {
  case: number;
  message: string;
  stack: string;
  /** Path of the input; empty where it can only be made again. */
  input: string;
}

export interface Ran {
  name: string;
  cases: number;
  accepted: number;
  /** Of the slowest case. */
  cpuMs: number;
  /** Of the case that took most memory. */
  mebi: number;
  findings: FoundWrong[];
}

/** What a worker's process may take of memory, Node's own included; what asks for more dies. */
const bytesAtMost = 1536 * 1024 * 1024;

/** More than this many, and the reader is broken rather than fooled. */
const mostFindings = 10;

/** Gives cases to one reader until its time is up. A case that never ends costs its process, and the next one goes on behind it. */
export async function runTarget(wanted: Wanted): Promise<Ran> {
  await mkdir(wanted.folder, { recursive: true });
  const ran: Ran = { name: wanted.name, cases: 0, accepted: 0, cpuMs: 0, mebi: 0, findings: [] };
  const end = Date.now() + wanted.seconds * 1000;
  let first = wanted.first;
  do {
    const seconds = wanted.seconds === 0 ? 0 : (end - Date.now()) / 1000;
    const stopped = await runWorker({ ...wanted, first, seconds }, ran);
    if (stopped === undefined) break;
    ran.cases += stopped.case - first + 1;
    ran.findings.push({ ...stopped, stack: '', input: '' });
    first = stopped.case + 1;
  } while (Date.now() < end && ran.findings.length < mostFindings);
  return ran;
}

/** @returns the case that it was stopped in, and why; undefined where it came to its end */
async function runWorker(
  { name, seed, first, seconds, folder }: Wanted,
  ran: Ran,
): Promise<{ case: number; message: string } | undefined> {
  const note = join(folder, 'case');
  const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
  const words = [name, seed, String(first), String(seconds), note, folder];
  // Namespaces without network and a bound on memory; the process stays the one that is watched.
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const bounded = [...user, '--net', '--ipc', '--mount', 'prlimit', `--data=${bytesAtMost}`, '--'];
  const node = [process.execPath, '--import', 'tsx', '--expose-gc', '--max-old-space-size=1024'];
  const child = spawn('unshare', [...bounded, ...node, worker, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-4000)));
  let done = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = JSON.parse(line) as Told;
    if (told.type === 'finding') {
      ran.findings.push(told);
      if (ran.findings.length >= mostFindings) child.kill('SIGKILL');
      return;
    }
    done = true;
    ran.cases += told.cases;
    ran.accepted += told.accepted;
    ran.cpuMs = Math.max(ran.cpuMs, told.cpuMs);
    ran.mebi = Math.max(ran.mebi, told.mebi);
  });
  const watch = watching(child.pid!, note);
  const reason = watch.reason.then((why) => {
    if (why !== undefined) child.kill('SIGKILL');
    return why;
  });
  await new Promise((resolve) => child.once('close', resolve));
  watch.stop();
  const why = await reason;
  const at = Number((await readFile(note, 'utf8').catch(() => '')).trim() || first);
  if (why !== undefined) return { case: at, message: why };
  if (done || ran.findings.length >= mostFindings) return undefined;
  return { case: at, message: `its process ended: ${said.trim()}` };
}

/** Looks whether one case takes processor time or memory without end. */
function watching(
  pid: number,
  note: string,
): { reason: Promise<string | undefined>; stop(): void } {
  let stop = (): void => undefined;
  const reason = new Promise<string | undefined>((resolve) => {
    let last = { at: '', ticks: 0, since: Date.now() };
    const timer = setInterval(() => {
      void look().then((why) => why !== undefined && resolve(why));
    }, 250);
    stop = () => {
      clearInterval(timer);
      resolve(undefined);
    };
    const look = async (): Promise<string | undefined> => {
      const [at, stat] = await Promise.all(
        [note, `/proc/${pid}/stat`].map((path) => readFile(path, 'latin1').catch(() => '')),
      );
      const fields = stat!.slice(stat!.lastIndexOf(')') + 2).split(' ');
      // proc(5): utime, stime in ticks of 10 ms; rss in pages of 4 KiB.
      const ticks = Number(fields[11]) + Number(fields[12]);
      if (Number(fields[21]) * 4096 > 2 ** 30) return 'it took more than 1 GiB';
      if (at !== last.at) last = { at: at!, ticks, since: Date.now() };
      if (at === '') return undefined;
      if (ticks - last.ticks > 600) return 'it did not end within 6 s of processor time';
      if (Date.now() - last.since > 120_000) return 'it waited for two minutes';
      return undefined;
    };
  });
  return { reason, stop: () => stop() };
}
