import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FleetError, reasonOf } from '../errors.js';
import type { PowerCommand } from './steps.js';

/** How much of what a program prints is kept, in characters. */
const mostOutput = 4000;

/**
 * Runs a program without a shell, and ends it with all that it has started where it takes too long.
 * @param seconds how long it may take
 * @returns what it printed
 * @throws FleetError POWER_FAILED; its message may hold what the program was given
 */
export async function runPowerCommand(command: PowerCommand, seconds: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-power-'));
  try {
    for (const [name, text] of Object.entries(command.files))
      await writeFile(join(folder, name), text, { mode: 0o600 });
    const { how, printed } = await ended(command, folder, seconds);
    const { says } = command;
    const program = command.argv[0]!;
    if (how !== undefined) throw failed(`${program} ${how}`, printed);
    if (says !== undefined && !new RegExp(says, 'i').test(printed))
      throw failed(`${program} did not confirm it`, printed);
    return printed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const failed = (what: string, printed: string): FleetError =>
  new FleetError('POWER_FAILED', [what, printed.trim()].filter((text) => text !== '').join(': '));

/** Waits for the end of a program, or for its time to be over: `how` it failed, if it did. */
function ended(
  { argv, input, env }: PowerCommand,
  folder: string,
  seconds: number,
): Promise<{ how?: string; printed: string }> {
  const variables = Object.entries(env).map(([name, value]) => [
    name,
    value.replaceAll('{folder}', folder),
  ]);
  return new Promise((resolve) => {
    // A group of its own: a program that hangs may have started others.
    const child = spawn(argv[0]!, argv.slice(1), {
      ...{ cwd: '/', detached: true, stdio: 'pipe' },
      env: { ...process.env, ...Object.fromEntries(variables) },
    });
    let printed = '';
    const end = (how?: string) => {
      clearTimeout(timer);
      for (const stream of child.stdio) stream?.destroy();
      resolve({ printed, ...(how === undefined ? {} : { how }) });
    };
    const timer = setTimeout(() => {
      killGroup(child.pid);
      end(`did not end within ${seconds} s, and was killed`);
    }, seconds * 1000);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (printed = `${printed}${data}`.slice(-mostOutput)));
    // A program that does not read what it is told says so by its exit status.
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', (error) => end(`cannot be run: ${reasonOf(error)}`));
    child.on('close', (code, signal) =>
      end(code === 0 ? undefined : `failed with ${signal ?? `status ${code}`}`),
    );
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
