import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Store } from '../store/store.js';
import { Feed, isNotThere, type News } from './feed.js';

/** How many pages are served at once. */
const most = 64;

/** How much may wait for a page that does not read, in bytes: it is cut off then, and asks anew when it can. */
const mostWaiting = 16 * 2 ** 20;

/** How often something is sent where nothing happens, in milliseconds, so that both sides see a broken connection. */
const beat = 15_000;

/** The pages that look, as Server-Sent Events (WHATWG HTML, 9.2). */
export class Streams {
  readonly #feeds = new Map<number | undefined, Feed>();
  #open = 0;

  constructor(private readonly store: Store) {}

  /** Sends a page what it asks for, for as long as it looks. @throws what the database says at the beginning */
  async open(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = url.searchParams.get('rollout') ?? undefined;
    const plain = { 'content-type': 'text/plain; charset=utf-8' };
    if (asked !== undefined && !/^[0-9]{1,9}$/.test(asked))
      return void response.writeHead(404, plain).end('There is no such rollout.\n');
    if (this.#open >= most) return void response.writeHead(503, plain).end('Too many pages.\n');
    if (request.method === 'HEAD') return void response.end();
    const id = asked === undefined ? undefined : Number(asked);
    const feed = this.#feeds.get(id) ?? new Feed(this.store, id);
    this.#feeds.set(id, feed);
    this.#open += 1;
    response.on('close', () => (this.#open -= 1));
    const unsubscribe = await feed.subscribe((news) => tell(response, news)).catch(notThere);
    if (!unsubscribe) {
      this.#feeds.delete(id);
      return void response.writeHead(404, plain).end('There is no such rollout.\n');
    }
    const timer = setInterval(() => response.write(':\n\n'), beat);
    const end = () => {
      clearInterval(timer);
      unsubscribe();
    };
    if (response.destroyed) end();
    else response.on('close', end);
  }
}

function notThere(error: unknown): undefined {
  if (isNotThere(error)) return undefined;
  throw error;
}

function tell(response: ServerResponse, { type, ...data }: News): void {
  if (response.destroyed) return;
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  if (response.writableLength > mostWaiting) response.destroy();
}
