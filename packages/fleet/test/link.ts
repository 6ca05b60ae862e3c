/** What stands between a station and the database: a port of 127.0.0.1 that lets everything through, nothing, or nobody. */
import { once } from 'node:events';
import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { join } from 'node:path';

export class Link {
  readonly #sockets = new Set<Socket>();
  #stalled = false;
  readonly #server: Server;

  private constructor(cluster: string) {
    this.#server = createServer((near) => {
      const far = createConnection(join(cluster, 'run/.s.PGSQL.5432'));
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => undefined);
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
        from.on('data', (bytes) => to.write(bytes));
        if (this.#stalled) from.pause();
      }
    });
  }

  /** Makes one to the cluster in a folder. */
  static async to(cluster: string): Promise<Link> {
    const link = new Link(cluster);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  /** The address of a database of the cluster, through this. */
  through(url: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return url.replace(/@[^/]*/, `@127.0.0.1:${port}`);
  }

  /** Lets nothing through from now on; nobody is told. */
  stall(): void {
    this.#stalled = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** Lets everything through again, also what was sent meanwhile. */
  goOn(): void {
    this.#stalled = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Breaks every connection; new ones work. */
  breakAll(): void {
    this.#stalled = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.breakAll();
    this.#server.close();
  }
}
