import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FleetError, reasonOf } from '../errors.js';
import { wearHistory } from '../operations/wear-history.js';
import type { Store } from '../store/store.js';
import { pageFiles } from './files.js';
import { guardHeaders, refusal } from './guard.js';
import { health } from './health.js';
import { metricsOf } from './metrics.js';
import { Streams } from './streams.js';

/** A page that is served. */
export interface Served extends AsyncDisposable {
  /** Where it is. */
  url: string;
}

/** What answers a request for a path. */
type Answer = (
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void> | void;

/**
 * Serves the page of a fleet to this machine, and to nobody else. It only reads.
 * @param port on 127.0.0.1; 0 is any that is free
 * @throws FleetError PORT_TAKEN
 */
export async function servePage(store: Store, port: number): Promise<Served> {
  const streams = new Streams(store);
  const answers = await answersOf(store, streams);
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(guardHeaders)) response.setHeader(name, value);
    answer(answers, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, 503, text, `The database does not answer: ${reasonOf(error)}\n`);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    throw new FleetError('PORT_TAKEN', `port ${port} cannot be used: ${reasonOf(cause)}`, {
      cause,
    });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const text = 'text/plain; charset=utf-8';
const json = 'application/json; charset=utf-8';

async function answersOf(store: Store, streams: Streams): Promise<Map<string, Answer>> {
  const metrics = metricsOf(store);
  const answers = new Map<string, Answer>();
  for (const [path, { type, bytes }] of await pageFiles())
    answers.set(path, (_url, _request, response) => send(response, 200, type, bytes));
  answers.set('/events', (url, request, response) => streams.open(url, request, response));
  answers.set('/wear', async (url, _request, response) => {
    const found = await wearHistory(store, url.searchParams.get('device') ?? '');
    send(response, 200, json, JSON.stringify(found));
  });
  answers.set('/metrics', async (_url, _request, response) =>
    send(response, 200, metrics.type, await metrics.text()),
  );
  answers.set('/healthz', async (_url, _request, response) => {
    const found = await health(store);
    send(response, found.ok ? 200 : 503, json, `${JSON.stringify(found)}\n`);
  });
  return answers;
}

async function answer(
  answers: Map<string, Answer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const why = refusal(request.headers);
  if (why !== undefined) return send(response, 403, text, `Refused: ${why}.\n`);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response.setHeader('allow', 'GET, HEAD'), 405, text, 'This only reads.\n');
  // The path alone counts, whatever it looks like; the host was checked.
  const url = new URL(`http://localhost${request.url?.startsWith('/') ? request.url : '/-'}`);
  const found = answers.get(url.pathname);
  if (!found) return send(response, 404, text, 'There is nothing here.\n');
  await found(url, request, response);
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
