/**
 * Each kind of target, with each past of the medium: other content, this very image, one of which a twentieth differs, and a write
 * that has ended in the middle. The names of these tests are the table.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/shared/sha256.js';
import type { Command } from '../command.js';
import { minutes, wrote, type Ended } from '../lines.js';
import { MediaGuest } from './media-guest.js';
import { contents, fileBytes, media, mib, type Version } from './media.js';

let guest: MediaGuest;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'levitate-kinds-'));
  guest = await MediaGuest.boot();
}, minutes(5));
afterAll(async () => {
  await guest.stop();
  await rm(dir, { recursive: true, force: true });
});

afterEach(() => guest.proxy.throttle());

describe.each(media)('$kind', { timeout: minutes(5) }, (medium) => {
  const { target, takes, results = [target], remade = false } = medium;
  const path = (version: Version) => join(dir, `${target}-${version}`);
  const imageBytes = (version: Version) => (medium.bytes ?? fileBytes)(path(version));
  /** A bare image has no format that a target would ask for. */
  const image = (version: Version) => `${target}=${medium.raw ? 'raw:' : ''}${path(version)}`;
  beforeAll(async () => {
    await guest.sh(medium.use);
    for (const version of Object.keys(contents))
      await medium.image(version as Version, path(version as Version));
  });

  /** Bytes that were written to the medium up to now; UBI erases in the background. */
  async function worn(): Promise<number> {
    for (let before = await guest.sh(medium.worn); ;) {
      await sleep(1000);
      const now = await guest.sh(medium.worn);
      if (now === before) return Number(now);
      before = now;
    }
  }
  const flash = (version: Version): Promise<Ended> => guest.run(image(version));
  /** Starts it over a slow link, and waits until it is well under way. */
  async function slowFlash(version: Version): Promise<Command> {
    guest.proxy.throttle(2 * mib);
    const flashing = guest.flash(image(version));
    await flashing.until(wrote(5 * mib));
    return flashing;
  }
  async function expectFlashed({ exit, last }: Ended, version: Version, facts: object) {
    const [first, ...others] = results.map((name) => ({ target: name }));
    expect(last, last.message).toMatchObject({
      type: 'result',
      targets: [{ ...first, ...facts }, ...others],
    });
    expect(exit).toBe(0);
    const held = contents[version].subarray(0, medium.holds);
    expect(await medium.digest(guest, held.length)).toBe(sha256(held));
  }

  test('other content: all of it is sent', async () => {
    const sentBytes = await imageBytes('first');
    const ended = await flash('first');
    await expectFlashed(ended, 'first', { sentBytes, resumed: false });
    const [plan] = ended.last['plans'] as { steps: { do: string }[] }[];
    expect(plan?.steps.some((step) => step.do === 'swap')).toBe(medium.swaps ?? false);
  });

  test.skipIf(remade)('unchanged: nothing is sent or written', async () => {
    const before = await worn();
    const ended = await flash('first');
    expect(await worn()).toBe(before);
    await expectFlashed(ended, 'first', { sentBytes: 0 });
    expect(ended.last).toMatchObject({ plans: results.map(() => ({ steps: [{ do: 'verify' }] })) });
  });

  test.runIf(remade)('unchanged: it is made anew', async () => {
    const sentBytes = await imageBytes('first');
    await expectFlashed(await flash('first'), 'first', { sentBytes, resumed: false });
  });

  test(`5 % changed: ${takes === 'stream' ? 'all of it is sent' : 'what differs is sent'}`, async () => {
    const before = await worn();
    const sentBytes = medium.sends(await imageBytes('changed'));
    await expectFlashed(await flash('changed'), 'changed', { sentBytes });
    if (takes === 'chunks') expect((await worn()) - before).toBeLessThanOrEqual(5 * mib);
  });

  test('the host is killed in the middle: the same command sends the rest', async () => {
    const killed = await slowFlash('killed');
    killed.signal('SIGKILL');
    await killed.ended;
    guest.proxy.throttle();
    const ended = await flash('killed');
    await expectFlashed(ended, 'killed', { resumed: takes === 'stream' });
    const sent = ended.last.targets?.[0]?.sentBytes;
    expect(sent).toBeLessThanOrEqual((await imageBytes('killed')) - 3 * mib);
  });

  test('the link is cut in the middle: the same run sends the rest', async () => {
    const before = guest.proxy.bytes.up;
    const flashing = await slowFlash('cut');
    guest.proxy.cut();
    guest.proxy.throttle();
    const ended = await flashing.ended;
    const cut = { type: 'note', message: expect.stringMatching(/^The link was cut/) as string };
    expect(ended.lines).toContainEqual(expect.objectContaining(cut));
    await expectFlashed(ended, 'cut', { resumed: takes === 'stream' });
    // What was under way is sent twice.
    expect(guest.proxy.bytes.up - before).toBeLessThan((await imageBytes('cut')) + 4 * mib);
  });
});
