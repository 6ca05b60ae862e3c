import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { isProgramMissing, programMissing, type HostProgram } from '../../shared/host-program.js';

/** How a program ended, and what it said. */
export interface Told {
  /** Its exit status; null where a signal ended it. */
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The most characters of what a program says that are kept. */
const mostSaid = 64 * 1024;

/** A program of this machine that is fed bytes, such as gpgv with a file that is signed. */
export class FedProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  #stdout = '';
  #stderr = '';

  constructor(
    readonly command: HostProgram,
    args: string[],
  ) {
    this.#child = spawn(command, args, { env: { ...process.env, LC_ALL: 'C' } });
    const { stdin, stdout, stderr } = this.#child;
    this.#ended = once(this.#child, 'close').then(([status]) => status as number | null);
    this.#ended.catch(() => undefined);
    stdout.on(
      'data',
      (bytes: Buffer) => (this.#stdout = (this.#stdout + bytes.toString()).slice(0, mostSaid)),
    );
    stderr.on(
      'data',
      (bytes: Buffer) => (this.#stderr = (this.#stderr + bytes.toString()).slice(0, mostSaid)),
    );
    // A program that has seen enough closes its input, and tells why when it ends.
    stdin.on('error', () => undefined);
  }

  /** Feeds it bytes, and waits until it takes more, or ends. */
  async feed(bytes: Buffer): Promise<void> {
    const { stdin } = this.#child;
    if (stdin.destroyed || stdin.write(bytes)) return;
    const settled = new AbortController();
    const { signal } = settled;
    const either = [
      once(stdin, 'drain', { signal }),
      once(stdin, 'close', { signal }),
      this.#ended,
    ];
    await Promise.race(either.map((one) => one.catch(() => undefined)));
    settled.abort();
  }

  /**
   * Ends its input, and waits for its end.
   * @throws LevitateError TOOL_MISSING
   */
  async told(): Promise<Told> {
    this.#child.stdin.end();
    try {
      const status = await this.#ended;
      return { status, stdout: this.#stdout, stderr: this.#stderr };
    } catch (error) {
      throw isProgramMissing(error) ? programMissing(this.command, error) : error;
    }
  }

  /** Ends it, wherever it is. */
  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended.catch(() => undefined);
  }
}
