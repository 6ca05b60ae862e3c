import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { thisPlatform } from '../shared/platform.js';

/**
 * npm and npx run a program below a shell. Ctrl-C goes to all of them, and ends that shell and npx at once: with a status
 * of their own, while the program is still putting things right. So the program runs in a process group that has the
 * terminal for itself, as a shell with job control does it; Ctrl-C then is for it alone, and npx passes its status on.
 * Ctrl-Z stops both groups; bash itself is in the first one, where other shells have one of their own.
 */
const script = `
group=$1
shift
set -m
"$@"
status=$?
while [ "$status" -ge 147 ] && [ "$status" -le 150 ]; do
	kill -s TSTP -- "-$group"
	[ -n "\${BASH_VERSION-}" ] || kill -s STOP "$$"
	fg >/dev/null
	status=$?
done
exit "$status"`;

const mark = 'LEVITATE_OWN_GROUP';

/** The process group to leave where this process runs below npm in the foreground of a terminal, or nothing. */
export function groupToLeave(env: NodeJS.ProcessEnv): string | undefined {
  if (env['npm_command'] === undefined || env[mark] !== undefined) return undefined;
  const groups = thisPlatform().groupsOf(process.pid);
  return groups && groups.own === groups.foreground ? groups.own : undefined;
}

/**
 * Runs this program once more, in a group of its own.
 * @returns its exit status
 */
export async function runInOwnGroup(group: string): Promise<number> {
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const shell = spawn('sh', ['-c', script, 'sh', group, ...args], {
    stdio: 'inherit',
    env: { ...process.env, [mark]: '1' },
  });
  const children = () => (shell.pid === undefined ? [] : thisPlatform().childrenOf(shell.pid));
  const stop = () => children().forEach((pid) => process.kill(pid, 'SIGTERM'));
  const parent = process.ppid;
  let orphaned = false;
  const watch = setInterval(() => {
    if (process.ppid === parent || orphaned) return;
    orphaned = true;
    stop();
  }, 500);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  process.on('SIGCONT', () => shell.kill('SIGCONT'));
  const [code] = (await once(shell, 'close')) as [number | null];
  clearInterval(watch);
  return code ?? 1;
}
