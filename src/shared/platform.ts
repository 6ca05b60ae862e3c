import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What differs between the systems that levitate runs on. macOS has no /proc, and its ps and pgrep tell the same. */
export interface Platform {
  /** The process group of a process, and the one in the foreground of its terminal; nothing where nobody tells. */
  groupsOf(pid: number): { own: string; foreground: string } | undefined;
  /** The processes that a process has started and that still run. */
  childrenOf(pid: number): number[];
}

/** The system that this process runs on. */
export const thisPlatform = (name: NodeJS.Platform = process.platform): Platform =>
  name === 'linux' ? withProc : withPs(output);

const withProc: Platform = {
  groupsOf: (pid) =>
    ifTold(() => {
      // proc(5): what follows the name in parentheses is state, parent, group, session, terminal, its foreground group.
      const [, , own = '', , , foreground = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      return { own, foreground };
    }),
  childrenOf: (pid) =>
    ifTold(() => numbers(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1'))) ?? [],
};

/**
 * The same by programs that BSD, macOS and procps have.
 * @param run gives what a program prints, and throws where it fails
 */
export const withPs = (run: (program: string, args: string[]) => string): Platform => ({
  groupsOf: (pid) =>
    ifTold(() => {
      const args = ['-o', 'pgid=', '-o', 'tpgid=', '-p', String(pid)];
      const [own, foreground] = run('ps', args).trim().split(/\s+/);
      return own && foreground ? { own, foreground } : undefined;
    }),
  childrenOf: (pid) => ifTold(() => numbers(run('pgrep', ['-P', String(pid)]))) ?? [],
});

/** What a program prints. */
export const output = (program: string, args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const numbers = (text: string): number[] => text.split(/\s+/).filter(Boolean).map(Number);

function ifTold<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
