/** A transport whose device is this machine: a command runs in a shell here, and its output is read as from afar. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runCommand, stopSignal } from '../../../src/ssh/command.js';
import type { Transport } from '../../../src/ssh/transport.js';

/**
 * @param login a shell script that stands for a login: it runs the command "$1" and prints what it likes around it
 * @param environment in place of this process's
 */
export function localTransport(
  login = 'eval "$1"',
  environment: Record<string, string> = { PATH: process.env['PATH'] ?? '' },
): Transport & { running: () => number } {
  let running = 0;
  return {
    name: 'this machine',
    running: () => running,
    close: () => Promise.resolve(),
    exec: async (command, options = {}) => {
      const child = spawn('/bin/sh', ['-c', login, 'login', command], {
        env: environment,
        detached: true,
      });
      running += 1;
      const ended = once(child, 'close').then(([code]) => {
        running -= 1;
        return code as number | null;
      });
      const { stop, done } = stopSignal(options, command);
      // As a hang-up ends all that a connection runs.
      const kill = (): void => {
        if (child.pid === undefined) return;
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
        }
      };
      try {
        return await runCommand({ ...child, ended, kill }, options, stop);
      } finally {
        done();
      }
    },
  };
}
