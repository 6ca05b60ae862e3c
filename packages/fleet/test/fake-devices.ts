/**
 * Devices that cost nothing, in the process of the test: each has a lease and a journal as a real one has, which outlive the station. They
 * count what must never happen: a chunk from somebody without the lease, and a chunk that was sent twice.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a fake device is asked. */
export type Question =
  | { ask: 'look'; device: string }
  | { ask: 'lease'; device: string; owner: string }
  | { ask: 'chunk'; device: string; n: number }
  | { ask: 'leave'; device: string };

/** What a fake device does that a good one does not. */
export type Fault = 'offline' | 'old-system' | 'silent' | 'refuses' | 'other' | 'stays';

/** How many chunks an image has. */
export const chunks = 4;

interface Fake {
  owner: string | undefined;
  holder: Socket | undefined;
  written: number;
  confirmed: number;
}

/** Fake devices behind a socket; which there are, they learn by being asked. */
export class FakeDevices {
  readonly faults = new Map<string, Fault>();
  readonly strange: string[] = [];
  /** Names of devices, each as often as it was begun to be written to. */
  readonly begun: string[] = [];
  /** How many devices may be begun; others do not answer before there is more of it. */
  allowance = Infinity;
  /** Whether devices take nothing after their first chunk. */
  isHeld = false;
  readonly #granted = new Set<string>();
  readonly #devices = new Map<string, Fake>();
  readonly #server: Server;

  constructor(
    readonly path: string,
    /** How long a chunk takes, in milliseconds. */
    public chunkMilliseconds = 0,
  ) {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async listen(): Promise<this> {
    this.#server.listen(this.path);
    await once(this.#server, 'listening');
    return this;
  }

  close(): void {
    this.#server.close();
  }

  /** How often the new system of a device was confirmed. */
  confirmed(device: string): number {
    return this.#devices.get(device)?.confirmed ?? 0;
  }

  /** How many chunks of a device are written. */
  written(device: string): number {
    return this.#devices.get(device)?.written ?? 0;
  }

  /** How many devices run their new system. */
  get ended(): number {
    return [...this.#devices.values()].filter(({ confirmed }) => confirmed > 0).length;
  }

  /** How many devices somebody has the lease of. */
  get leased(): number {
    return [...this.#devices.values()].filter(({ holder }) => holder).length;
  }

  #mayBegin(device: string): boolean {
    if (this.#granted.has(device)) return true;
    if (this.#granted.size >= this.allowance) return false;
    this.#granted.add(device);
    return true;
  }

  #serve(socket: Socket): void {
    const held = new Set<Fake>();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const fake of held) if (fake.holder === socket) fake.holder = undefined;
    });
    const lines = createInterface({ input: socket });
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      const question = JSON.parse(line) as Question;
      void this.#answer(question, socket, held).then((answer) =>
        socket.write(`${JSON.stringify(answer)}\n`),
      );
    });
  }

  async #answer(question: Question, socket: Socket, held: Set<Fake>): Promise<object> {
    const { device } = question;
    const fault = this.faults.get(device);
    const fake = this.#devices.get(device) ?? {
      ...{ owner: undefined, holder: undefined, written: 0, confirmed: 0 },
    };
    this.#devices.set(device, fake);
    if (fault === 'offline') return failure('HOST_UNREACHABLE', 4);
    switch (question.ask) {
      case 'look':
        return { marks: [`serial ${fault === 'other' ? 'other ' : ''}${device}`] };
      case 'lease':
        if (fault === 'refuses') return failure('PREFLIGHT_REFUSED', 3);
        while (!this.#mayBegin(device)) await sleep(20);
        if (socket.destroyed) return {};
        if (fake.holder && fake.holder !== socket)
          return { ...failure('LEASE_HELD', 5), owner: fake.owner };
        Object.assign(fake, { owner: question.owner, holder: socket });
        held.add(fake);
        return { written: fake.written };
      case 'chunk':
        if (fake.holder !== socket) this.strange.push(`${device}: a chunk without the lease`);
        if (question.n < fake.written) this.strange.push(`${device}: chunk ${question.n} twice`);
        if (question.n === 0) this.begun.push(device);
        if (fault === 'stays') return failure('WRITE_FAILED', 5);
        fake.written = question.n + 1;
        await sleep(this.chunkMilliseconds);
        while (this.isHeld && !socket.destroyed) await sleep(20);
        return {};
      case 'leave':
        if (fault === 'old-system') return failure('OLD_BUILD', 6);
        if (fault === 'silent') return failure('RECONNECT_TIMEOUT', 6);
        fake.confirmed += 1;
        return {};
    }
  }
}

const failure = (code: string, exit: number) => ({ code, exit });
