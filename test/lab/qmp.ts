/** A QEMU's machine protocol: as much of it as the lab takes (QEMU's docs/interop/qmp-spec). */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** QEMU's arguments for a monitor at a socket, whose path may have 107 bytes (unix(7)). */
export const qmpArgs = (socket: string): string[] => ['-qmp', `unix:${socket},server=on,wait=off`];

/** Asks a monitor for one thing, such as to slow a disk down. */
export const askMachine = (
  socket: string,
  execute: string,
  args: object,
): Promise<Record<string, unknown>> => withMonitor(socket, (ask) => ask(execute, args));

/**
 * Writes a running machine's whole state, but for its disks, to the standard input of a shell command; the machine has
 * stopped when this returns, and its disks hold what the state expects of them.
 * @param socket - where its monitor listens
 */
export const saveMachine = (socket: string, command: string): Promise<void> =>
  withMonitor(socket, async (ask) => {
    await ask('migrate', { uri: `exec:${command}` });
    for (;;) {
      const { status, ...rest } = await ask('query-migrate');
      if (status === 'completed') return;
      if (status === 'failed' || status === 'cancelled')
        throw new Error(`lab: the machine is not saved: ${status} ${JSON.stringify(rest)}`);
      await sleep(50);
    }
  });

type Ask = (execute: string, args?: object) => Promise<Record<string, unknown>>;

async function withMonitor<T>(socket: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const link = connect(socket);
  await once(link, 'connect');
  try {
    const replies = createInterface({ input: link })[Symbol.asyncIterator]();
    await replies.next(); // the greeting
    const ask: Ask = (execute, args = {}) => request(link, replies, execute, args);
    await ask('qmp_capabilities');
    return await work(ask);
  } finally {
    link.destroy();
  }
}

interface Reply {
  return?: Record<string, unknown>;
  error?: { desc: string };
}

/** One command and its reply; events in between are nobody's. */
async function request(
  link: Socket,
  replies: AsyncIterator<string>,
  execute: string,
  args: object,
): Promise<Record<string, unknown>> {
  link.write(`${JSON.stringify({ execute, arguments: args })}\n`);
  for (;;) {
    const { done, value } = await replies.next();
    if (done) throw new Error(`lab: QEMU ended while it was asked to ${execute}`);
    const reply = JSON.parse(value) as Reply;
    if (reply.error) throw new Error(`lab: QEMU cannot ${execute}: ${reply.error.desc}`);
    if (reply.return) return reply.return;
  }
}
