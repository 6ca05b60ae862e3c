import { LevitateError, reasonOf } from '../../../errors.js';
import { timeBound } from '../../../shared/time-bound.js';

/** A hawkBit server, as a gateway knows it. */
export interface UpdateServer {
  /** Its URL, to which /TENANT/controller/v1 is added. */
  url: URL;
  /** The name of the tenant. */
  tenant: string;
  /** The gateway token of the tenant. */
  token: string;
  /** Whether HTTP without TLS is used beyond this machine. */
  insecureHttp: boolean;
}

/** The answer of a server. */
export interface ServerAnswer {
  /** The HTTP status. */
  status: number;
  /** The JSON of its body; undefined without one. */
  value: unknown;
}

/** Far more than any resource of the API has. */
const largestAnswer = 1024 * 1024;

/**
 * Asks the Direct Device Integration API, at /{tenant}/controller/v1/{controllerId}. The token is sent to this server alone: what links of
 * an answer name is asked for at the URL that was given, and no redirect is followed.
 * @param path behind the controller, with its slash
 * @param accepted the HTTP statuses besides 200 that mean something to the caller
 * @throws LevitateError UPDATE_SERVER_FAILED
 */
export async function askServer(
  server: UpdateServer,
  controller: string,
  path: string,
  {
    method = 'GET',
    body,
    accepted = [],
    signal,
  }: {
    method?: 'GET' | 'POST' | 'PUT';
    body?: unknown;
    accepted?: number[];
    signal?: AbortSignal | undefined;
  } = {},
): Promise<ServerAnswer> {
  const { url, tenant } = server;
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}/${encodeURIComponent(tenant)}/controller/v1`;
  const whole = `${base}/${encodeURIComponent(controller)}${path}`;
  using bound = timeBound(60, signal);
  let status: number;
  let text: string;
  try {
    const response = await fetch(whole, {
      method,
      redirect: 'manual',
      signal: bound.signal,
      headers: {
        ...authorization(server, url),
        Accept: 'application/hal+json, application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    status = response.status;
    text = await readBounded(response);
  } catch (error) {
    signal?.throwIfAborted();
    throw serverFailed(`${url.host} does not answer: ${reasonOfFetch(error)}`, error);
  }
  if (status !== 200 && !accepted.includes(status)) throw refusedBy(url.host, status);
  if (status !== 200 || method !== 'GET') return { status, value: undefined };
  try {
    return { status, value: JSON.parse(text) };
  } catch (error) {
    throw serverFailed(`${url.host} answers with what is no JSON`, error);
  }
}

/** The header that lets a gateway act for every device of its tenant, where the URL is one of the server itself; else none. */
export const authorization = (server: UpdateServer, url: URL): Record<string, string> =>
  url.origin === server.url.origin ? { Authorization: `GatewayToken ${server.token}` } : {};

/**
 * Refuses a URL without TLS, over which somebody else could read the token and change what is deployed.
 * @throws LevitateError UPDATE_SERVER_FAILED
 */
export function refusePlainHttp({ protocol, hostname, host }: URL, insecureHttp: boolean): void {
  if (protocol === 'https:') return;
  const own = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol === 'http:' && (own || insecureHttp)) return;
  throw serverFailed(`${host} is not asked by HTTPS`, undefined, {
    hint: 'Name a URL that begins with https://. --insecure-http allows http://, where nobody else is on the way.',
  });
}

/** A failure of the server, of which nothing follows for the device. */
export const serverFailed = (
  message: string,
  cause?: unknown,
  details: { hint?: string } = {},
): LevitateError => new LevitateError('UPDATE_SERVER_FAILED', message, { cause, ...details });

/** Why a fetch came to nothing; Node.js has the reason below its own sentence. */
export function reasonOfFetch(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? reasonOf(error) : reasonOf(cause);
}

/** An answer whose status is none of those that were waited for. */
export function refusedBy(host: string, status: number): LevitateError {
  if (status === 401 || status === 403)
    return serverFailed(`${host} refuses the gateway token (HTTP ${status})`, undefined, {
      hint: 'Compare it with authentication.gatewaytoken.key of the tenant, and see that gateway tokens are enabled there.',
    });
  if (status >= 300 && status < 400)
    return serverFailed(`${host} sends to another address (HTTP ${status})`, undefined, {
      hint: 'The token is not sent there. Name that address as the URL, where it is the server.',
    });
  return serverFailed(`${host} answers with HTTP ${status}`);
}

async function readBounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > largestAnswer) throw new Error('the answer is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
