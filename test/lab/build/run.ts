/** Commands that a recipe runs on the host. */
import { execa } from 'execa';

/** Runs a command; on failure the error carries the end of its output. Answers its stdout. */
export async function run(command: string[], options: { input?: string } = {}): Promise<string> {
  const [file = '', ...args] = command;
  const result = await execa(file, args, {
    reject: false,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C.UTF-8' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.exitCode !== 0) {
    const tail = `${result.stdout}\n${result.stderr}`.trim().slice(-2000) || result.shortMessage;
    throw new Error(`lab: ${command.join(' ').slice(0, 200)} failed:\n${tail}`);
  }
  return result.stdout;
}

/** Is this process root? */
export const isRoot = process.getuid?.() === 0;

/**
 * Runs a shell script as root: really, or in a user namespace of its own, where it can own files as any user.
 * The second needs entries in /etc/subuid and /etc/subgid and the package uidmap.
 */
export async function runAsRoot(script: string, args: string[]): Promise<string> {
  const namespace = ['unshare', '--map-auto', '--map-root-user', '--mount', '--'];
  return run([...(isRoot ? [] : namespace), 'sh', '-euc', script, 'recipe', ...args]);
}
