import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { LevitateError } from '../../../../src/errors.js';
import {
  bridgeHawkbit,
  type BridgeHawkbitOptions,
} from '../../../../src/operations/bridge/hawkbit/bridge.js';
import type { BridgedDevice } from '../../../../src/operations/bridge/hawkbit/device.js';
import { pollDevice } from '../../../../src/operations/bridge/hawkbit/poll.js';
import type { DeployOptions, DeployResult } from '../../../../src/operations/deploy.js';
import { sha256 } from '../../../../src/shared/sha256.js';
import { FakeHawkbit, token } from './fake-hawkbit.js';

const image = randomBytes(300_000);

let folder: string;
let server: FakeHawkbit;
/** SHA-256 of what was deployed, in this order. */
let written: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-hawkbit-'));
  server = await FakeHawkbit.start();
  written = [];
  vi.stubEnv('HAWKBIT_GATEWAY_TOKEN', token);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  expect(server.wrong).toEqual([]);
});

const resultOf = (host: string): DeployResult => ({
  host,
  enter: { host, checks: [], entered: true, already: false, seconds: 1, bootId: 'a' },
  seconds: 1,
});

/** A device that takes every image. */
const deployWith = async ({ host, images, beforeWrite }: DeployOptions): Promise<DeployResult> => {
  await beforeWrite?.();
  const { path } = images['disk'] as { path: string };
  written.push(sha256(await readFile(path)));
  return resultOf(host);
};

const poll = (more: Partial<BridgeHawkbitOptions> = {}) =>
  bridgeHawkbit({
    ...{ url: server.url, folder, profile: 'ap.yaml', target: 'disk', once: true, deployWith },
    ...{ devices: { 'ap-1': 'root@192.0.2.1' }, ...more },
  });

const failed = (code: string) => expect.objectContaining({ code }) as unknown;

test('a deployment is downloaded, deployed and told once it has ended', async () => {
  server.assign('1', image);
  await poll();
  expect(written).toEqual([sha256(image)]);
  expect(server.words).toEqual([
    'deploymentBase 1 proceeding none',
    'deploymentBase 1 downloaded none',
    'deploymentBase 1 proceeding none',
    'deploymentBase 1 closed success',
  ]);
  expect(server.configData).toEqual({
    mode: 'merge',
    data: { bridge: 'levitate', profile: 'ap.yaml', target: 'disk' },
  });
});

test('success is told behind the confirmation, and not before', async () => {
  server.assign('1', image);
  let before: string[] = [];
  await poll({
    deployWith: async (options) => {
      const result = await deployWith(options);
      before = server.words;
      return result;
    },
  });
  expect(before.join()).not.toContain('closed');
  expect(server.words.at(-1)).toBe('deploymentBase 1 closed success');
});

test('the version is the build that is expected, where that is asked for', async () => {
  server.assign('1', image, { version: '1.2.3' });
  let expected: string | undefined;
  await poll({
    expectVersion: true,
    deployWith: (options) => {
      expected = options.expectBuild;
      return deployWith(options);
    },
  });
  expect(expected).toBe('1.2.3');
});

test('a deploy that fails is told by its code and message, in words that hawkBit takes', async () => {
  server.assign('1', image);
  await poll({
    deployWith: async () => {
      throw new LevitateError('VERIFY_FAILED', `<b>${'wrong '.repeat(200)}`, { hint: 'Look.' });
    },
  });
  const last = server.told.at(-1)!;
  expect(server.words.at(-1)).toBe('deploymentBase 1 closed failure');
  expect(last.details[0]).toMatch(/^VERIFY_FAILED: \|b\|wrong wrong/);
  expect(last.details[1]).toBe('Look.');
  expect(last.details[2]).toMatch(/^Status 5: the device is in maintenance/);
});

test('what the deploy of levitate itself refuses is told', async () => {
  server.assign('1', image);
  const { url } = server;
  const devices = { 'ap-1': 'root@192.0.2.1' };
  const profile = join(folder, 'none.yaml');
  await bridgeHawkbit({ url, folder, profile, target: 'disk', devices, once: true });
  expect(server.words.at(-1)).toBe('deploymentBase 1 closed failure');
  expect(server.told.at(-1)!.details[0]).toMatch(/^PROFILE_UNREADABLE: /);
});

test('a cancellation that waits is accepted, and nothing is deployed', async () => {
  server.assign('1', image);
  server.cancel('1');
  await poll();
  expect(server.words).toEqual(['cancelAction 1 closed success']);
  expect(written).toEqual([]);
});

test('a cancellation before the first write is accepted, and nothing is written', async () => {
  server.assign('1', image);
  await poll({
    deployWith: (options) => {
      server.cancel('1');
      return deployWith(options);
    },
  });
  expect(written).toEqual([]);
  expect(server.words.at(-1)).toBe('cancelAction 1 closed success');
});

test('a cancellation after the first write is refused, and the deployment goes on', async () => {
  server.assign('1', image);
  await poll({
    deployWith: async (options) => {
      const result = await deployWith(options);
      server.cancel('1');
      return result;
    },
  });
  expect(written).toEqual([sha256(image)]);
  expect(server.words.slice(-2)).toEqual([
    'cancelAction 1 rejected none',
    'deploymentBase 1 closed success',
  ]);
});

test('a cancellation is refused while the device is still written to', async () => {
  server.assign('1', image);
  const device: BridgedDevice = {
    ...{ controller: 'ap-1', host: 'root@192.0.2.1', profile: 'ap.yaml', target: 'disk', folder },
    ...{ expectVersion: false, download: () => Promise.resolve(join(folder, 'image')) },
    server: { url: new URL(server.url), tenant: 'DEFAULT', token, insecureHttp: false },
    pause: () => new Promise((resolve) => setTimeout(resolve, 5)),
    deploy: async ({ host, beforeWrite }) => {
      await beforeWrite?.();
      server.cancel('1');
      await vi.waitFor(
        () => expect(server.words).toContain('cancelAction 1 rejected none'),
        60_000,
      );
      return resultOf(host);
    },
  };
  expect(await pollDevice(device, {})).toBe(30);
  expect(server.words.at(-1)).toBe('deploymentBase 1 closed success');
  expect(server.words.filter((one) => one.startsWith('cancelAction'))).toHaveLength(1);
});

test('a bridge that was killed while it wrote refuses a cancellation, and carries on', async () => {
  server.assign('1', image);
  const killed = new AbortController();
  const reason = new LevitateError('INTERRUPTED', 'interrupted');
  const options = { url: server.url, folder, profile: 'ap.yaml', target: 'disk', once: true };
  await bridgeHawkbit(
    {
      ...{ ...options, devices: { 'ap-1': 'root@192.0.2.1' } },
      deployWith: async ({ beforeWrite }) => {
        await beforeWrite?.();
        killed.abort(reason);
        throw reason;
      },
    },
    { signal: killed.signal },
  );
  server.cancel('1');
  await poll();
  expect(written).toEqual([]);
  expect(server.words.at(-1)).toBe('cancelAction 1 rejected none');
  await poll();
  expect(written).toEqual([sha256(image)]);
  expect(server.words.slice(-2)).toEqual([
    'deploymentBase 1 resumed none',
    'deploymentBase 1 closed success',
  ]);
});

test('a bridge that is killed between deploy and feedback tells it once, and does not deploy again', async () => {
  server.assign('1', image);
  const words = [join(import.meta.dirname, 'until-killed.ts'), server.url, folder];
  const env = { HAWKBIT_GATEWAY_TOKEN: token };
  const child = execa('node', ['--import', 'tsx', ...words], { env, reject: false });
  server.before = ({ method, url = '' }, response) => {
    // The last poll stands before the feedback that closes the action, behind those of three steps.
    if (method !== 'GET' || !/ap-1$/.test(url) || server.told.length < 3) return false;
    child.kill('SIGKILL');
    response.destroy();
    return true;
  };
  const { signal, stderr } = await child;
  expect(signal, stderr).toBe('SIGKILL');
  server.before = () => false;
  expect(await readFile(join(folder, 'deploys'), 'utf8')).toBe('root@192.0.2.1\n');
  expect(server.words.join()).not.toContain('closed');
  await poll();
  await poll();
  expect(written).toEqual([]);
  expect(server.words.filter((one) => one.includes('closed'))).toEqual([
    'deploymentBase 1 closed success',
  ]);
});

test('an action that the server has lost the end of is told again, and not deployed again', async () => {
  server.assign('1', image);
  await poll();
  server.actions[0]!.state = 'running';
  await poll();
  expect(written).toEqual([sha256(image)]);
  expect(server.words.slice(-2)).toEqual([
    'deploymentBase 1 closed success',
    'deploymentBase 1 closed success',
  ]);
});

test('two actions are done in turn', async () => {
  server.assign('1', image);
  const second = randomBytes(1000);
  server.assign('2', second);
  await poll();
  await poll();
  expect(written).toEqual([sha256(image), sha256(second)]);
  expect(server.words.filter((one) => one.includes('closed'))).toEqual([
    'deploymentBase 1 closed success',
    'deploymentBase 2 closed success',
  ]);
});

test('an artifact with another SHA-256 is a failure, and is not deployed', async () => {
  const { artifact } = server.assign('1', image);
  artifact.hashes.sha256 = 'ab'.repeat(32);
  await poll();
  expect(written).toEqual([]);
  expect(server.words.at(-1)).toBe('deploymentBase 1 closed failure');
  expect(server.told.at(-1)!.details[0]).toMatch(/^IMAGE_DIGEST: /);
});

test('an artifact with more bytes than it has by the deployment is not fetched whole', async () => {
  const { artifact } = server.assign('1', image);
  artifact.size = 1000;
  await poll();
  expect(written).toEqual([]);
  expect(server.told.at(-1)!.details[0]).toMatch(/^IMAGE_DIGEST: .* has more than the 1000 bytes/);
});

test.each([
  ['../../etc/passwd', 'no plain file name'],
  ['.hidden', 'no plain file name'],
])('an artifact called %s is refused', async (name, words) => {
  const { artifact } = server.assign('1', image);
  artifact.filename = name;
  await poll();
  expect(server.told.at(-1)!.details[0]).toMatch(`UPDATE_UNUSABLE: the deployment has an artifact`);
  expect(server.told.at(-1)!.details[0]).toContain(words);
});

test('a deployment of two artifacts is refused', async () => {
  const { artifacts, artifact } = server.assign('1', image);
  artifacts.push({ ...artifact, filename: 'other.img' });
  await poll();
  expect(server.told.at(-1)!.details[0]).toMatch(
    /^UPDATE_UNUSABLE: the deployment has 2 artifacts/,
  );
});

test('a download that is cut carries on where it was', async () => {
  server.assign('1', image);
  let cuts = 0;
  const ranges: (string | undefined)[] = [];
  server.before = ({ url = '', headers }, response) => {
    if (!url.includes('/artifacts/')) return false;
    ranges.push(headers.range);
    if (cuts === 2) return false;
    cuts += 1;
    const from = Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'Content-Length': image.length - from,
      ...(from > 0 ? { 'Content-Range': `bytes ${from}-${image.length - 1}/${image.length}` } : {}),
    });
    response.write(image.subarray(from, from + 100_000), () =>
      setTimeout(() => response.destroy(), 50),
    );
    return true;
  };
  await poll();
  expect(written).toEqual([sha256(image)]);
  expect(ranges).toHaveLength(3);
  expect(ranges[0]).toBeUndefined();
  expect(ranges[2]).toMatch(/^bytes=[1-9]\d*-$/);
});

test('what a damaged part of an earlier download has spoilt is fetched anew', async () => {
  const { artifact } = server.assign('1', image);
  let fetched = 0;
  server.before = ({ url = '' }, response) => {
    if (!url.includes('/artifacts/') || fetched++ > 2) return false;
    response.writeHead(503).end();
    return true;
  };
  await expect(poll()).rejects.toEqual(failed('UPDATE_SERVER_FAILED'));
  const part = join(folder, 'artifacts', artifact.hashes.sha256, `${artifact.filename}.part`);
  await writeFile(part, randomBytes(5000));
  await poll();
  expect(written).toEqual([sha256(image)]);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['503', (response) => response.writeHead(503).end()],
  ['a cut', (response) => response.destroy()],
  ['what is no JSON', (response) => response.writeHead(200).end('<html>')],
  ['JSON of something else', (response) => response.writeHead(200).end('{"_links":[1]}')],
  ['a body without an end', (response) => response.writeHead(200).end(Buffer.alloc(3_000_000, 32))],
  ['401', (response) => response.writeHead(401).end()],
])('a server that answers with %s leaves the action open', async (_name, answer) => {
  server.assign('1', image);
  server.before = (_request, response) => {
    answer(response);
    return true;
  };
  await expect(poll()).rejects.toEqual(failed('UPDATE_SERVER_FAILED'));
  server.before = () => false;
  await poll();
  expect(server.words.at(-1)).toBe('deploymentBase 1 closed success');
});

test.each(['', '/artifacts/'])(
  'a server that is silent is not waited for for ever %s',
  async (at) => {
    server.assign('1', image);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    server.before = ({ url = '' }) => {
      if (!url.includes(at)) return false;
      setImmediate(() => vi.advanceTimersByTime(61_000));
      return true;
    };
    await expect(poll()).rejects.toEqual(failed('UPDATE_SERVER_FAILED'));
    vi.useRealTimers();
    server.before = () => false;
    await poll();
    expect(written).toEqual([sha256(image)]);
  },
);

test('without the word of the server nothing is written, and the next poll does it', async () => {
  server.assign('1', image);
  const away = poll({
    deployWith: (options) => {
      server.before = (_request, response) => Boolean(response.writeHead(503).end());
      return deployWith(options);
    },
  });
  await expect(away).rejects.toEqual(failed('UPDATE_SERVER_FAILED'));
  expect(written).toEqual([]);
  server.before = () => false;
  await poll();
  expect(written).toEqual([sha256(image)]);
  expect(server.words.at(-1)).toBe('deploymentBase 1 closed success');
});

test('a device that is away waits, and is no failure', async () => {
  server.assign('1', image);
  const away = new LevitateError('HOST_UNREACHABLE', 'it does not answer');
  await expect(poll({ deployWith: () => Promise.reject(away) })).rejects.toBe(away);
  await poll();
  expect(server.words.filter((one) => one.includes('closed'))).toEqual([
    'deploymentBase 1 closed success',
  ]);
  // Each step is told once, however often it is tried.
  expect(server.told).toHaveLength(4);
});

test('what is only to be downloaded is not deployed before it may be', async () => {
  server.assign('1', image, { update: 'skip' });
  await poll();
  await poll();
  expect(written).toEqual([]);
  expect(server.words.at(-1)).toBe('deploymentBase 1 downloaded none');
  expect(server.requests.filter((one) => one.includes('/artifacts/'))).toHaveLength(1);
});

test('another host to which a download is sent gets no token', async () => {
  const { artifact } = server.assign('1', image);
  const seen: (string | undefined)[] = [];
  const other = createServer(({ headers }, response) => {
    seen.push(headers.authorization);
    response.writeHead(200).end(image);
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/${artifact.filename}`;
  server.before = ({ url = '' }, response) =>
    url.includes('/artifacts/') && Boolean(response.writeHead(302, { location }).end());
  await poll();
  expect(written).toEqual([sha256(image)]);
  expect(seen).toEqual([undefined]);
});

test('a poll that is sent to another host ends there', async () => {
  const location = 'http://127.0.0.1:9/';
  server.before = (_request, response) => Boolean(response.writeHead(302, { location }).end());
  await expect(poll()).rejects.toThrow('sends to another address (HTTP 302)');
});

test('HTTP beyond this machine needs a consent', async () => {
  const url = 'http://hawkbit.invalid';
  await expect(poll({ url })).rejects.toThrow('hawkbit.invalid is not asked by HTTPS');
  await expect(poll({ url, insecureHttp: true })).rejects.toThrow(
    'hawkbit.invalid does not answer',
  );
});

test('the token comes from a file, or the environment, and is needed', async () => {
  vi.stubEnv('HAWKBIT_GATEWAY_TOKEN', '');
  await expect(poll()).rejects.toThrow('HAWKBIT_GATEWAY_TOKEN holds no gateway token');
  const tokenFile = join(folder, 'token');
  await expect(poll({ tokenFile })).rejects.toThrow('cannot be read');
  await writeFile(tokenFile, `${token}\n`);
  expect(await poll({ tokenFile })).toEqual({ devices: ['ap-1'] });
});

test('a record that cannot be read keeps a finished action from being done again', async () => {
  server.assign('1', image);
  await poll();
  await writeFile(join(folder, 'actions', 'ap-1.json'), '{"acti');
  server.assign('2', image);
  await expect(poll()).rejects.toEqual(failed('FOLDER_UNUSABLE'));
  expect(written).toHaveLength(1);
});

test.runIf(process.env['HAWKBIT_URL'])('a real server is polled', async () => {
  vi.unstubAllEnvs();
  const url = process.env['HAWKBIT_URL']!;
  const insecureHttp = true;
  expect(await poll({ url, insecureHttp })).toEqual({ devices: ['ap-1'] });
});
