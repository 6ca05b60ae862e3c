import { createServer } from 'node:net';

/** Below the ports from which a system takes one for each outgoing connection (ip(7), ip_local_port_range). */
const [first, count] = [20_000, 10_000];

/**
 * Finds a TCP port on 127.0.0.1 that is free now. Between this and whoever listens there, a connection of any other program may
 * take a port that the system chose by itself; this one can only be taken by another call that draws the same number.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = first + Math.floor(Math.random() * count);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${first} to ${first + count - 1} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}
