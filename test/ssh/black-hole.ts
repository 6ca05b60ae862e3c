import { connect, createServer, type Socket } from 'node:net';

/** A TCP connection that can fall silent without closing, as a device that loses its power does. */
export interface BlackHole {
  port: number;
  /** From now on nothing is passed on, in neither direction. */
  swallow(): void;
  close(): void;
}

/** Passes connections on to a port of the loopback, until told to swallow; without a port it is silent at once. */
export function blackHole(target?: number): Promise<BlackHole> {
  const sockets: Socket[] = [];
  let silent = target === undefined;
  const server = createServer((near) => {
    sockets.push(near.on('error', () => undefined));
    if (silent || target === undefined) return void near.pause();
    const far = connect(target, '127.0.0.1').on('error', () => undefined);
    sockets.push(far);
    near.pipe(far);
    far.pipe(near);
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        swallow: () => {
          silent = true;
          sockets.forEach((socket) => socket.unpipe().pause());
        },
        close: () => {
          server.close();
          sockets.forEach((socket) => socket.destroy());
        },
      });
    }),
  );
}
