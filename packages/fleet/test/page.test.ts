/** The page of a fleet, as HTTP has it; test/browser looks at it. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { expect, it, vi } from 'vitest';
import { applyDifference } from '../src/operations/devices.js';
import { servePage } from '../src/page/serve.js';
import { testCluster } from './cluster.js';
import { Reader } from './events.js';
import { named, TestFleet } from './fleet.js';

const cluster = testCluster();
const fleetOf = async (count: number) => TestFleet.of(await cluster.url(), named('d', count));

/** A name that no inventory can have, and a host and a message that devices and inventories can: all of it is markup. */
const markup = '<img src=x onerror=alert(1)>"\'&';

async function ask(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const asking = request(url, { headers, method }).end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

it('is served to this machine alone, and only reads', async () => {
  await using fleet = await fleetOf(2);
  await using served = await servePage(fleet.store, 0);
  const { host } = new URL(served.url);
  expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+\/$/);
  const page = await ask(served.url);
  expect(page).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self';/),
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    },
  });
  expect(page.headers).not.toHaveProperty('access-control-allow-origin');
  expect(page.body).not.toMatch(
    /<script(?! type="module" src="page\.js")|\sstyle=|\son\w+=|https?:/,
  );
  const refused = [
    { host: 'evil.example' },
    { host: `evil.example:${new URL(served.url).port}` },
    { host: 'localhost.evil.example' },
    { host, origin: 'http://evil.example' },
    { host, origin: 'http://localhost:3000' },
    { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    { host, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
  ];
  for (const path of ['', 'events', 'metrics', 'healthz', 'wear?device=d000'])
    for (const headers of refused)
      expect([headers, (await ask(served.url + path, headers)).status]).toEqual([headers, 403]);
  for (const own of ['localhost', 'localhost:1', '[::1]:8080'])
    expect((await ask(served.url, { host: own })).status).toBe(200);
  expect((await ask(served.url, { host, origin: `http://${host}` })).status).toBe(200);
  const link = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  expect((await ask(served.url, link)).status).toBe(200);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect((await ask(served.url, {}, method)).status).toBe(405);
  for (const path of ['../package.json', 'nothing', '%2e%2e/package.json', '//evil.example/'])
    expect((await ask(served.url + path)).status).toBe(404);
  for (const [, name] of page.body.matchAll(/(?:src|href)="([^"#]+)"/g))
    expect((await ask(served.url + name!)).status).toBe(200);
});

it('tells everything once, and then only what is another', async () => {
  await using fleet = await fleetOf(30);
  fleet.devices.faults.set('d004', 'silent');
  await using served = await servePage(fleet.store, 0);
  using early = await Reader.open(`${served.url}events`);
  expect(await early.until(({ type }) => type === 'all')).toMatchObject({
    about: { rollouts: [], todo: [] },
    devices: named('d', 30).map((name) => ({ name, group: null, todo: '' })),
  });
  fleet.devices.chunkMilliseconds = 700;
  const id = await fleet.start({ groups: [{ name: 'some', size: 5 }, {}] });
  const running = fleet.run();
  const writing = await early.until(({ devices = [] }) =>
    devices.some((one) => one['phase'] === 'write' && Number(one['done']) > 0),
  );
  expect(writing.devices!.length).toBeLessThan(30);
  await running;
  const stopped = await early.until(({ about }) => about?.rollout?.state === 'stopped');
  expect(stopped.about).toMatchObject({
    rollouts: [{ id, name: 'v2', state: 'stopped' }],
    rollout: { why: '1 device of some failed, and 0 may' },
    todo: [expect.stringContaining(`levitate fleet rollout resume ${id}`)],
  });
  const failed = await early.until(({ devices = [] }) => devices.some((one) => one['todo'] !== ''));
  expect(failed.devices!.filter((one) => one['todo'] !== '')).toMatchObject([
    {
      ...{ name: 'd004', state: 'failed', group: 'some', code: 'RECONNECT_TIMEOUT' },
      todo: expect.stringContaining('levitate fleet quarantine release d004'),
    },
  ]);
  // Who comes later is told everything, of the rollout that is asked for.
  using late = await Reader.open(`${served.url}events?rollout=${id}`);
  const all = await late.until(({ type }) => type === 'all');
  expect(all.devices).toHaveLength(30);
  expect(all.devices!.slice(0, 2)).toMatchObject([
    { name: 'd000', state: 'done', bytes: 4096, meanWear: 11, highestWear: 41, phase: null },
    {},
  ]);
  const before = early.came.length;
  await fleet.store.transaction((tx) =>
    applyDifference(tx, { added: [], changed: [], missing: ['d029'] }, true),
  );
  await early.until(({ gone }) => gone?.includes('d029') === true);
  expect(early.came.slice(before)).toMatchObject([{ type: 'change', devices: [] }]);
  expect((await ask(`${served.url}events?rollout=${id + 1}`)).status).toBe(404);
  expect((await ask(`${served.url}events?rollout=1%20or%201`)).status).toBe(404);
  const wear = await ask(`${served.url}wear?device=d000`);
  expect(JSON.parse(wear.body)).toMatchObject([
    { medium: 'disk', mean: 10, highest: 40, at: expect.any(String) as string },
    { mean: 11, highest: 41 },
  ]);
});

it('tells names as they are, on one line, and answers with markup only where it is data', async () => {
  await using fleet = await fleetOf(1);
  await fleet.store.rows('update device set name = $1, host = $2, quarantined_at = now()', [
    `${markup}\n\ndata: {}`,
    markup,
  ]);
  await fleet.store.rows("update device set quarantine_code = 'X', quarantine_reason = $1", [
    markup,
  ]);
  await using served = await servePage(fleet.store, 0);
  using reader = await Reader.open(`${served.url}events`);
  expect(await reader.until(({ type }) => type === 'all')).toMatchObject({
    devices: [{ name: `${markup}\n\ndata: {}`, host: markup, message: markup }],
  });
  expect(reader.answer.headers['content-type']).toBe('text/event-stream');
  const path = `wear?device=${encodeURIComponent(markup)}`;
  expect(await ask(served.url + path)).toMatchObject({
    ...{ status: 200, body: '[]' },
    headers: { 'x-content-type-options': 'nosniff', 'content-type': /^application\/json/ },
  });
});

it('counts for Prometheus', async () => {
  await using fleet = await fleetOf(6);
  fleet.devices.faults.set('d003', 'silent');
  const id = await fleet.start({ groups: [{ errors: 2 }] });
  await fleet.run();
  await fleet.store.rows('update rollout set name = $1', ['v"2\n\\']);
  await using served = await servePage(fleet.store, 0);
  const { body, headers } = await ask(`${served.url}metrics`);
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  const name = String.raw`v\"2\n\\`;
  expect(body.split('\n')).toEqual(
    expect.arrayContaining([
      '# TYPE levitate_members gauge',
      `levitate_members{rollout="${id}",name="${name}",state="done"} 5`,
      `levitate_members{rollout="${id}",name="${name}",state="failed"} 1`,
      '# TYPE levitate_bytes_total counter',
      `levitate_bytes_total{rollout="${id}"} ${5 * 4096}`,
      expect.stringMatching(/^levitate_deploy_seconds\{rollout="1",quantile="0.95"\} [0-9.]+$/),
      expect.stringMatching(/^levitate_station_beat_seconds\{station="main"\} [0-9.]+$/),
      'levitate_quarantined 1',
    ]),
  );
  // Asked again, nothing is counted twice.
  const again = await ask(`${served.url}metrics`);
  expect(again.body).toContain(`levitate_bytes_total{rollout="${id}"} ${5 * 4096}\n`);
});

it('says that it is not well where a station with work says nothing, or the database is gone', async () => {
  await using fleet = await fleetOf(2);
  await using served = await servePage(fleet.store, 0);
  const healthz = () => ask(`${served.url}healthz`);
  expect(await healthz()).toMatchObject({ status: 200, body: '{"ok":true,"problems":[]}\n' });
  const id = await fleet.start({});
  await fleet.store.rows("update member set state = 'writing' where device = 'd001'");
  expect(await healthz()).toMatchObject({
    status: 503,
    body: expect.stringContaining('The station main has never run'),
  });
  await fleet.store.rows(
    "insert into station values ('main', now() - interval '61 s', gen_random_uuid(), 1)",
  );
  expect((await healthz()).body).toContain('The station main says nothing any more');
  await fleet.store.rows('update station set beat = now()');
  expect((await healthz()).status).toBe(200);
  using reader = await Reader.open(`${served.url}events?rollout=${id}`);
  await reader.until(({ type }) => type === 'all');
  const [{ name }] = (await fleet.store.rows<{ name: string }>(
    'select current_database() as name',
  )) as [{ name: string }];
  await using other = await TestFleet.of(await cluster.url(), []);
  const rename = (from: string, to: string) =>
    other.store.rows(`alter database ${from} rename to ${to}`);
  const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
  await vi.waitFor(
    async () => {
      await other.store.rows(end);
      await rename(name, `${name}_gone`);
    },
    { timeout: 30_000 },
  );
  await reader.until(({ type }) => type === 'away');
  expect(await healthz()).toMatchObject({
    status: 503,
    body: expect.stringContaining('The database does not answer'),
  });
  await rename(`${name}_gone`, name);
  await vi.waitUntil(() => reader.came.filter(({ type }) => type === 'all').length === 2, {
    timeout: 30_000,
  });
});

it('says what is wrong with a port', async () => {
  await using fleet = await fleetOf(1);
  await using served = await servePage(fleet.store, 0);
  const taken = Number(new URL(served.url).port);
  await expect(servePage(fleet.store, taken)).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});

it('is a command, which ends when it is told to, whoever looks', async () => {
  const words = ['fleet', 'serve', '--port', '0', '--database', await cluster.url()];
  const serving = execa('node', ['--import', 'tsx', 'src/cli/main.ts', ...words], {
    ...{ cwd: join(import.meta.dirname, '../../..'), reject: false },
  });
  for await (const line of serving) {
    const [, url = ''] = /^The page is at (http:.*)$/.exec(line) ?? [];
    using reader = await Reader.open(`${url}events`);
    await reader.until(({ type }) => type === 'all');
    serving.kill('SIGTERM');
  }
  const { exitCode, signal, stderr } = await serving;
  expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: undefined, stderr: '' });
});
