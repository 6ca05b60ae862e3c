/** Reads what a page is sent, as a browser does. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { vi } from 'vitest';

/** What came, with the event's name as `type`. */
export interface Came {
  type: string;
  about?: { rollout?: { state: string; groups: { states: Record<string, number> }[] } };
  devices?: Record<string, unknown>[];
  gone?: string[];
  why?: string;
}

/** A page that reads until it is disposed of. */
export class Reader implements Disposable {
  readonly came: Came[] = [];
  #text = '';

  private constructor(readonly answer: IncomingMessage) {
    answer.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    answer.on('error', () => undefined);
  }

  static async open(url: string): Promise<Reader> {
    const [answer] = (await once(get(url), 'response')) as [IncomingMessage];
    return new Reader(answer);
  }

  /** Waits for something that fits, and gives it. */
  until(fits: (came: Came) => boolean): Promise<Came> {
    return vi.waitUntil(() => this.came.find(fits), { timeout: 60_000 });
  }

  #take(text: string): void {
    const blocks = (this.#text + text).split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, type, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (type !== undefined)
        this.came.push({ type, ...(JSON.parse(data ?? '') as Omit<Came, 'type'>) });
    }
  }

  [Symbol.dispose](): void {
    this.answer.destroy();
  }
}
