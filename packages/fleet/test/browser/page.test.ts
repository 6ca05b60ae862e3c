/** The page in a real browser: with 8 and with 2 000 devices, by keyboard, as a screen reader has it, light and dark. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { servePage } from '../../src/page/serve.js';
import { testCluster } from '../cluster.js';
import { named, TestFleet } from '../fleet.js';
import { Chromium } from './chromium.js';

const cluster = testCluster();

/** Where the pictures go, for people to look at. */
const pictures = join(import.meta.dirname, '../../../../.cache/fleet-page');

const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>"\'&';
const row = (name: string) =>
  `[...document.querySelectorAll('#devices tbody tr')].find((one) => one.querySelector('button')?.textContent === ${JSON.stringify(name)})`;

it('shows eight devices: what happens, what is to be done, and no markup of theirs', async () => {
  await mkdir(pictures, { recursive: true });
  await using fleet = await TestFleet.of(await cluster.url(), named('pi-', 7));
  await fleet.store.rows(
    "insert into device (name, host, station, profile, tags) values ($1, $1, 'main', '/x.yaml', '{}')",
    [markup],
  );
  await fleet.store.rows(
    "update device set quarantined_at = now(), quarantine_code = 'IDENTITY', quarantine_reason = $1 where name = $1",
    [markup],
  );
  await using served = await servePage(fleet.store, 0);
  await using page = await Chromium.open(served.url, 1280, 900);
  await page.until("document.querySelectorAll('#devices tbody tr').length === 8");
  expect(await page.value('document.images.length + document.scripts.length')).toBe(1);
  const first = 'document.querySelector("#devices tbody tr")';
  expect(await page.value(`${first}.querySelector("button").textContent`)).toBe(markup);
  fleet.devices.faults.set('pi-004', 'old-system');
  fleet.devices.chunkMilliseconds = 2000;
  await page.value(
    'globalThis.spoken = []; new MutationObserver(() => spoken.push(document.querySelector("#news").textContent)).observe(document.querySelector("#news"), { childList: true, characterData: true, subtree: true }); 0',
  );
  const groups = [{ name: 'canary', devices: ['pi-001'] }, { name: 'rest' }];
  await fleet.start({ groups, limits: { 'start-with': 3 } });
  const running = fleet.run();
  await page.until('document.querySelectorAll("progress").length > 1');
  await page.picture(join(pictures, '8-light.png'));
  await page.prefer('dark');
  const back = 'getComputedStyle(document.body).backgroundColor';
  expect(await page.value(back)).toBe('rgb(15, 19, 24)');
  await page.picture(join(pictures, '8-dark.png'));
  await running;
  await page.until('document.querySelector("#rollout-title").textContent === "v2 is stopped"');
  await page.until(`${row('pi-004')}.textContent.includes('quarantine release pi-004')`);
  await page.picture(join(pictures, '8-stopped-dark.png'));
  await page.prefer('light');
  await page.value(`${row('pi-004')}.querySelector('button').click()`);
  await page.value(`${row('pi-001')}.querySelector('button').click()`);
  await page.until('document.querySelectorAll(".chart svg").length === 1');
  await page.picture(join(pictures, '8-stopped-light.png'));
  await page.resize(420, 900);
  await page.picture(join(pictures, '8-narrow.png'));
  // While all of that happened, somebody who listens was told only what counts.
  const spoken = await page.value<string[]>('spoken');
  expect(spoken.length).toBeLessThanOrEqual(4);
  expect(page.complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
});

it('goes by keyboard, and says its parts to a screen reader', async () => {
  await using fleet = await TestFleet.of(await cluster.url(), named('pi-', 8));
  await using served = await servePage(fleet.store, 0);
  await fleet.start({});
  await fleet.run();
  await using page = await Chromium.open(served.url, 1280, 900);
  await page.until("document.querySelectorAll('#devices tbody tr').length === 8");
  const tree = await page.accessible();
  for (const part of [
    { role: 'banner', name: '' },
    { role: 'main', name: '' },
    { role: 'search', name: 'Which devices' },
    { role: 'region', name: 'v2 is done' },
    { role: 'region', name: 'Devices' },
    { role: 'status', name: '' },
    { role: 'combobox', name: 'Rollout' },
    { role: 'image', name: '8 done' },
    { role: 'columnheader', name: 'What you have to do' },
    { role: 'rowheader', name: 'main' },
    { role: 'radio', name: 'All (8)' },
    { role: 'button', name: 'pi-003' },
  ])
    expect(tree).toContainEqual(part);
  const stops: string[] = [];
  const focused =
    '(() => { const one = document.activeElement; return [one.id || one.name || one.type || one.className || one.tagName, one.textContent.trim().slice(0, 20), getComputedStyle(one).outlineStyle].join("|"); })()';
  for (let n = 0; n < 11; n += 1) {
    await page.press('Tab');
    stops.push(await page.value<string>(focused));
  }
  expect(stops.every((stop) => stop.endsWith('|solid'))).toBe(true);
  expect(stops.map((stop) => stop.split('|')[0])).toEqual([
    ...['skip', 'rollouts', 'wide', 'wide', 'kind', 'search', 'wide'],
    ...['button', 'button', 'button', 'button'],
  ]);
  await page.press('Enter', '\r');
  await page.until('document.querySelectorAll("tr.more").length === 1');
  expect(await page.value('document.activeElement.getAttribute("aria-expanded")')).toBe('true');
  // What changes elsewhere in the table does not take the focus away.
  await fleet.store.rows("update member set state = 'failed', code = 'X' where device = 'pi-007'");
  await page.until('document.querySelector("#devices tbody tr button").textContent === "pi-007"');
  expect(await page.value('document.activeElement.textContent')).toBe('pi-003');
  await page.value('document.querySelector("#filter input[value=all]").focus()');
  await page.press('ArrowRight');
  await page.until('document.querySelectorAll("#devices tbody tr:not(.more)").length === 1');
  expect(page.complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
});

it('stays usable with two thousand devices', async () => {
  await mkdir(pictures, { recursive: true });
  await using fleet = await TestFleet.of(await cluster.url(), named('router-', 2000));
  await using served = await servePage(fleet.store, 0);
  for (const name of ['router-111', 'router-1222']) fleet.devices.faults.set(name, 'silent');
  fleet.devices.faults.set('router-050', 'offline');
  const groups = [
    { name: 'canary', size: 5 },
    { name: 'some', size: '10%', errors: 5 },
    { name: 'rest', errors: '2%' },
  ];
  await fleet.start({ groups, limits: { 'start-with': 40 } });
  fleet.devices.chunkMilliseconds = 20;
  const end = new AbortController();
  const running = fleet.run(end);
  await using page = await Chromium.open(served.url, 1280, 900);
  await page.until(
    'document.querySelector("#groups tbody tr:nth-child(3) td:nth-child(3)")?.textContent > 100',
  );
  fleet.devices.chunkMilliseconds = 2000;
  await page.until('document.querySelectorAll("progress").length > 10');
  await page.picture(join(pictures, '2000-light.png'));
  await page.prefer('dark');
  await page.picture(join(pictures, '2000-dark.png'));
  expect(await page.value('document.querySelectorAll("#devices tbody tr").length')).toBe(200);
  const names = () =>
    page.value<string[]>(
      '[...document.querySelectorAll("#devices tbody button")].map((one) => one.textContent)',
    );
  expect((await names())[0]).toBe('router-111');
  await page.value('document.querySelector("#more").click()');
  await page.until('document.querySelectorAll("#devices tbody tr").length === 400');
  await page.value('document.querySelector("#filter input[type=search]").focus()');
  await page.ask('Input.insertText', { text: 'router-1999' });
  await vi.waitFor(async () => expect(await names()).toEqual(['router-1999']), { timeout: 30_000 });
  expect(await page.value('document.querySelector("#shown").textContent')).toBe('1 device');
  end.abort();
  await running;
  expect(page.complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
});
