import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isCode, LevitateError } from '../../../errors.js';
import { warn, type Run } from '../../../progress.js';
import { cannotWrite } from '../../../shared/atomic-file.js';
import { makeFolder } from '../../../shared/make-folder.js';
import type { ImageArtifact } from './artifact.js';
import {
  authorization,
  reasonOfFetch,
  refusedBy,
  refusePlainHttp,
  serverFailed,
  type UpdateServer,
} from './server.js';

/** How long a download may stand still, in seconds. */
const stillSeconds = 60;

/** How often a download begins again without having got a byte. */
const triesWithoutProgress = 3;

/**
 * Downloads an artifact into a folder of its own, which is named by its SHA-256. What is there of it is not fetched again: ranges of RFC 9110
 * carry on after a cut. Its size and its SHA-256 are checked; the file that is given has them.
 * @throws LevitateError IMAGE_DIGEST where the server sends something else, UPDATE_SERVER_FAILED where it does not send all of it,
 * OUTPUT_FAILED
 */
export async function downloadArtifact(
  server: UpdateServer,
  folder: string,
  artifact: ImageArtifact,
  run: Run,
): Promise<string> {
  const place = join(folder, 'artifacts', artifact.sha256);
  const path = join(place, artifact.name);
  try {
    await makeFolder(place, 0o700);
  } catch (error) {
    throw cannotWrite(place, error);
  }
  if ((await sizeOf(path)) === artifact.size && (await sha256OfFile(path)) === artifact.sha256)
    return path;
  const part = `${path}.part`;
  const resumed = (await sizeOf(part)) > 0;
  await fetchRest(server, artifact, part, run);
  let digest = await sha256OfFile(part);
  if (digest !== artifact.sha256 && resumed) {
    // What an earlier run has left may be what is wrong with it.
    await rm(part);
    await fetchRest(server, artifact, part, run);
    digest = await sha256OfFile(part);
  }
  if (digest !== artifact.sha256) {
    await rm(part);
    throw new LevitateError(
      'IMAGE_DIGEST',
      `${artifact.name} has the SHA-256 ${digest}, and the deployment says ${artifact.sha256}`,
      { hint: 'Upload the artifact to hawkBit again.' },
    );
  }
  await rename(part, path);
  return path;
}

/** Fetches until all is there; begins again where it is cut, as long as that brings something. */
async function fetchRest(
  server: UpdateServer,
  artifact: ImageArtifact,
  part: string,
  run: Run,
): Promise<void> {
  let tries = 0;
  let most = await sizeOf(part);
  for (;;) {
    const before = await sizeOf(part);
    if (before === artifact.size && before > 0) return;
    try {
      await fetchOnce(server, artifact, part, before, run);
      if ((await sizeOf(part)) === artifact.size) return;
      throw serverFailed(`${artifact.name} ends too early`);
    } catch (error) {
      run.signal?.throwIfAborted();
      // A server that takes no ranges begins anew each time: only more than ever counts.
      const got = await sizeOf(part);
      tries = got > most ? 0 : tries + 1;
      most = Math.max(most, got);
      if (!isCode(error, 'UPDATE_SERVER_FAILED') || tries >= triesWithoutProgress) throw error;
      warn(run, `The download is cut (${error.message}), and goes on.`);
    }
  }
}

async function fetchOnce(
  server: UpdateServer,
  { name, size, url }: ImageArtifact,
  part: string,
  have: number,
  run: Run,
): Promise<void> {
  const still = new AbortController();
  const watch = setTimeout(() => still.abort(new Error('it stands still')), stillSeconds * 1000);
  const signal = AbortSignal.any([still.signal, ...(run.signal ? [run.signal] : [])]);
  try {
    const response = await followRedirects(server, url, have, signal);
    const [, first] = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '') ?? [];
    const goesOn = response.status === 206;
    if (goesOn && Number(first) !== have) {
      await response.body?.cancel();
      throw serverFailed(`${name} is sent from another place than was asked for`);
    }
    await writeBody(response, part, goesOn ? have : undefined, { name, size }, () =>
      watch.refresh(),
    );
  } finally {
    clearTimeout(watch);
  }
}

/** Appends a body to what is there, or begins the file again where `have` is undefined. */
async function writeBody(
  response: Response,
  part: string,
  have: number | undefined,
  { name, size }: Pick<ImageArtifact, 'name' | 'size'>,
  onBytes: () => void,
): Promise<void> {
  const failed = (error: unknown) => {
    throw cannotWrite(part, error);
  };
  const file = await open(part, have === undefined ? 'w' : 'a', 0o600).catch(failed);
  let length = have ?? 0;
  try {
    for await (const bytes of bodyOf(response, name)) {
      onBytes();
      length += bytes.length;
      if (length > size) throw tooLong(name, size);
      await file.writeFile(bytes).catch(failed);
    }
    await file.sync().catch(failed);
  } finally {
    await file.close();
  }
}

const tooLong = (name: string, size: number): LevitateError =>
  new LevitateError(
    'IMAGE_DIGEST',
    `${name} has more than the ${size} bytes that the deployment says`,
    { hint: 'Upload the artifact to hawkBit again.' },
  );

/** The bytes of a body; a cut is a failure of the server. */
async function* bodyOf(response: Response, name: string): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const next = await reader?.read().catch((error: unknown) => {
        throw serverFailed(`${name} is cut: ${reasonOfFetch(error)}`, error);
      });
      if (next?.value === undefined) return;
      yield next.value;
    }
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

/** Asks for the rest of a file, also where the server sends to another one; only its own origin gets the token. */
async function followRedirects(
  server: UpdateServer,
  from: URL,
  have: number,
  signal: AbortSignal,
): Promise<Response> {
  let url = from;
  for (let hops = 0; hops <= 5; hops += 1) {
    refusePlainHttp(url, server.insecureHttp);
    const headers = {
      ...authorization(server, url),
      ...(have > 0 ? { Range: `bytes=${have}-` } : {}),
    };
    const response = await fetch(url, { redirect: 'manual', headers, signal }).catch(
      (error: unknown) => {
        throw serverFailed(`${url.host} does not answer: ${reasonOfFetch(error)}`, error);
      },
    );
    const { status } = response;
    if (status === 200 || status === 206) return response;
    await response.body?.cancel();
    const location = response.headers.get('location') ?? '';
    if (![301, 302, 303, 307, 308].includes(status) || !URL.canParse(location, url.href))
      throw refusedBy(url.host, status);
    url = new URL(location, url);
  }
  throw serverFailed(`${from.host} sends from one address to another without an end`);
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
