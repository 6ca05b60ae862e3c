import { connect, createServer, type Socket } from 'node:net';

/** A TCP connection that can fall silent without closing, as a device that loses its power does. */
export interface BlackHole {
  port: number;
  /** From now on nothing is passed on, in neither direction. */
  swallow(): void;
  /** Passes on again what was swallowed, as after a stall. */
  release(): void;
  /** From now on nobody listens; connections that there are stay. */
  refuse(): void;
  close(): void;
}

/** Passes connections on to a port of the loopback, until told to swallow; without a port it is silent at once. */
export function blackHole(target?: number): Promise<BlackHole> {
  const sockets: Socket[] = [];
  const pairs: [Socket, Socket][] = [];
  const pass = ([near, far]: [Socket, Socket]): void => {
    near.pipe(far);
    far.pipe(near);
  };
  let silent = target === undefined;
  const server = createServer((near) => {
    sockets.push(near.on('error', () => undefined));
    if (silent || target === undefined) return void near.pause();
    const far = connect(target, '127.0.0.1').on('error', () => undefined);
    sockets.push(far);
    pairs.push([near, far]);
    pass([near, far]);
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
        release: () => {
          silent = false;
          pairs.forEach(pass);
        },
        refuse: () => void server.close(),
        close: () => {
          server.close();
          sockets.forEach((socket) => socket.destroy());
        },
      });
    }),
  );
}
