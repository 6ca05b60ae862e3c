/** A TCP proxy on the loopback with which a test cuts a link, silences it, or slows it down. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';

export interface Proxy {
  /** Where to connect instead of the target. */
  port: number;
  /** Bytes passed on so far: `up` to the target, `down` from it. */
  bytes: { up: number; down: number };
  /** Resets every connection there is; new ones are accepted. */
  cut(): void;
  /** Passes nothing on, either way, and closes nothing: the silence of a pulled cable. */
  blackhole(): void;
  /** The same for the connections that there are, for ever: new ones go on, as where a router has forgotten the old ones. */
  strand(): void;
  /** Ends the silence; what was held back goes on. */
  resume(): void;
  /** Each new connection is reset when so many bytes have gone over it in a direction; without limits, it lasts. */
  lasting(limits?: { up?: number; down?: number }): void;
  /** How many connections were reset by that. */
  readonly broken: number;
  /** At most so many bytes a second in each direction of each connection; without a number, as fast as it goes. */
  throttle(bytesPerSecond?: number): void;
  close(): Promise<void>;
}

/** Starts a proxy to a port on 127.0.0.1. */
export async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let link: Link = { silent: false, rate: undefined, waiting: new Set() };
  const bytes = { up: 0, down: 0 };
  let limits: { up?: number; down?: number } = {};
  let broken = 0;
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    const own = link;
    const end = () => {
      if (own.silent) return;
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    const left = { up: limits.up ?? Infinity, down: limits.down ?? Infinity };
    const pass = (way: 'up' | 'down') =>
      new Passage(own, (n) => {
        bytes[way] += n;
        const lasted = left[way] > 0;
        left[way] -= n;
        if (!lasted || left[way] > 0) return;
        broken += 1;
        near.resetAndDestroy();
        far.resetAndDestroy();
      });
    near.pipe(pass('up')).pipe(far);
    far.pipe(pass('down')).pipe(near);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const resume = () => {
    link.silent = false;
    for (const go of link.waiting) go();
    link.waiting.clear();
  };
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    bytes,
    cut,
    blackhole: () => (link.silent = true),
    strand: () => {
      link.silent = true;
      link = { silent: false, rate: link.rate, waiting: new Set() };
    },
    resume,
    lasting: (most = {}) => (limits = most),
    get broken() {
      return broken;
    },
    throttle: (rate) => (link.rate = rate),
    close: async () => {
      cut();
      resume();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Link {
  silent: boolean;
  rate: number | undefined;
  waiting: Set<() => void>;
}

/** One direction of one connection. */
class Passage extends Transform {
  private freeAt = 0;

  constructor(
    private readonly link: Link,
    private readonly count: (bytes: number) => void,
  ) {
    super({ highWaterMark: 16 * 1024 });
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.whenOpen(() =>
      this.whenDue(chunk.length, () => this.whenOpen(() => this.pass(chunk, done))),
    );
  }

  override _flush(done: TransformCallback): void {
    this.whenOpen(() => done());
  }

  private pass(chunk: Buffer, done: TransformCallback): void {
    this.count(chunk.length);
    done(null, chunk);
  }

  private whenOpen(go: () => void): void {
    if (this.link.silent) this.link.waiting.add(go);
    else go();
  }

  private whenDue(length: number, go: () => void): void {
    const { rate } = this.link;
    if (rate === undefined) return go();
    const now = Date.now();
    this.freeAt = Math.max(now, this.freeAt) + (length / rate) * 1000;
    setTimeout(go, this.freeAt - now);
  }
}
