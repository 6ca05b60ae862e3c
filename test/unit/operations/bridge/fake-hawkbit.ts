/**
 * Stands for the Direct Device Integration API, version 1, of Eclipse hawkBit: DdiRootController, DataConversionHelper and the JSON model of
 * hawkbit-ddi, read at commit 67ca1c43 of eclipse-hawkbit/hawkbit (2026-08-21); quotas by its HawkbitSecurityProperties. No real server was
 * asked. It is strict: what the API does not take, it answers with 400 and keeps in `wrong`.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** The gateway token that the fake takes. */
export const token = 'gateway-token-of-a-test';

/** A feedback as it came. */
export interface Told {
  on: 'deploymentBase' | 'cancelAction';
  action: string;
  execution: string;
  finished: string;
  details: string[];
}

interface FakeAction {
  id: string;
  state: 'running' | 'canceling' | 'closed';
  /** What its deployment holds. */
  deployment: unknown;
}

/** What a test makes the fake do in place of its own answer; true where it has answered. */
type Before = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A running fake server with one controller, `ap-1`, of the tenant DEFAULT. */
export class FakeHawkbit {
  readonly actions: FakeAction[] = [];
  readonly told: Told[] = [];
  readonly wrong: string[] = [];
  readonly requests: string[] = [];
  readonly files = new Map<string, Buffer>();
  configData: unknown;
  before: Before = () => false;
  url = '';

  /** Begins to serve on loopback until the test ends. */
  static async start(): Promise<FakeHawkbit> {
    const fake = new FakeHawkbit();
    const server = createServer((request, response) => fake.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return fake;
  }

  /** Assigns a file; gives the artifact, to be changed by a test. */
  assign(id: string, bytes: Buffer, { version = 'v2', update = 'forced' } = {}) {
    const filename = `image-${id}.img`;
    this.files.set(filename, bytes);
    const sum = (name: string) => createHash(name).update(bytes).digest('hex');
    const href = `${this.url}/DEFAULT/controller/v1/ap-1/softwaremodules/7/artifacts/${filename}`;
    const artifact = {
      filename,
      hashes: { sha1: sum('sha1'), md5: sum('md5'), sha256: sum('sha256') },
      size: bytes.length,
      _links: { download: { href }, 'download-http': { href } },
    };
    const artifacts = [artifact];
    const chunks = [{ part: 'os', version, name: 'firmware', artifacts }];
    const deployment = { id, deployment: { download: 'forced', update, chunks } };
    this.actions.push({ id, state: 'running', deployment });
    return { artifact, artifacts };
  }

  /** Asks to cancel an action, as somebody does in hawkBit. */
  cancel(id: string): void {
    const action = this.actions.find((one) => one.id === id)!;
    if (action.state === 'running') action.state = 'canceling';
  }

  /** The feedback that came, shortly: `deploymentBase 1 closed success`. */
  get words(): string[] {
    return this.told.map((one) => `${one.on} ${one.action} ${one.execution} ${one.finished}`);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = request;
    this.requests.push(`${method} ${url}`);
    if (this.before(request, response)) return;
    if (request.headers.authorization !== `GatewayToken ${token}`) {
      response.writeHead(401).end();
      return;
    }
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => this.#route(request, response, Buffer.concat(parts).toString()));
  }

  #route(request: IncomingMessage, response: ServerResponse, body: string): void {
    const path = (request.url ?? '').replace('/DEFAULT/controller/v1/ap-1', '').split('?')[0]!;
    const [, kind = '', id = '', last = ''] = path.split('/');
    const json = (value: unknown) =>
      response
        .writeHead(200, { 'Content-Type': 'application/hal+json' })
        .end(JSON.stringify(value));
    const action = this.actions.find((one) => one.id === id);
    if (request.method === 'GET' && path === '') return void json(this.#base());
    if (request.method === 'PUT' && kind === 'configData') return this.#config(body, response);
    if (request.method === 'GET' && kind === 'softwaremodules')
      return this.#file(path.split('/').at(-1)!, request, response);
    if (action && request.method === 'POST' && last === 'feedback')
      return this.#feedback(action, kind as Told['on'], body, request, response);
    if (request.method === 'GET' && kind === 'deploymentBase' && action?.state === 'running')
      return void json(action.deployment);
    if (request.method === 'GET' && kind === 'cancelAction' && action?.state === 'canceling')
      return void json({ id, cancelAction: { stopId: id } });
    response.writeHead(404).end();
  }

  #base() {
    const controller = `${this.url}/DEFAULT/controller/v1/ap-1`;
    const active = this.actions.find(({ state }) => state !== 'closed');
    const kind = active?.state === 'canceling' ? 'cancelAction' : 'deploymentBase';
    const query = kind === 'deploymentBase' ? '?c=-2127183556' : '';
    const href = `${controller}/${kind}/${active?.id ?? ''}${query}`;
    return {
      config: { polling: { sleep: '00:00:30' } },
      _links: {
        ...(active ? { [kind]: { href } } : {}),
        ...(this.configData ? {} : { configData: { href: `${controller}/configData` } }),
      },
    };
  }

  #config(body: string, response: ServerResponse): void {
    this.configData = JSON.parse(body);
    response.writeHead(200).end();
  }

  #file(name: string, request: IncomingMessage, response: ServerResponse): void {
    const bytes = this.files.get(name)!;
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    if (from === undefined) return void response.writeHead(200).end(bytes);
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { 'Content-Range': range }).end(bytes.subarray(Number(from)));
  }

  #feedback(
    action: FakeAction,
    on: Told['on'],
    body: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const { status } = JSON.parse(body) as {
      status: { execution: string; result: { finished: string }; details: string[] };
    };
    const { execution, result, details } = status;
    const executions = 'closed proceeding canceled scheduled rejected resumed downloaded download';
    const problems = [
      request.headers['content-type'] !== 'application/json' && 'content type',
      !executions.split(' ').includes(execution) && 'execution',
      !['success', 'failure', 'none'].includes(result.finished) && 'finished',
      details.length > 50 && 'more than 50 details',
      details.some((one) => one.length > 512 || /[<>]/.test(one)) && 'a detail that it refuses',
      on === 'cancelAction' && action.state === 'running' && 'nothing is being cancelled',
    ].filter((one) => one !== false);
    if (problems.length > 0) {
      this.wrong.push(`${on} ${action.id}: ${problems.join(', ')}`);
      return void response.writeHead(400).end();
    }
    if (action.state === 'closed') return void response.writeHead(410).end();
    this.told.push({ on, action: action.id, execution, finished: result.finished, details });
    if (execution === 'closed') action.state = 'closed';
    if (on === 'cancelAction' && execution === 'rejected') action.state = 'running';
    response.writeHead(200).end();
  }
}
