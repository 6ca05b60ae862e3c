/** Faults on true kernels that `npm run faults` cannot make: a clock that jumps, disks and NAND whose driver tells of errors. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/shared/sha256.js';
import { began, minutes, wrote, type Ended, type Line } from '../lines.js';
import { MediaGuest } from './media-guest.js';
import { contents, media, mib, type Version } from './media.js';

let guest: MediaGuest;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'levitate-faults-'));
  for (const version of versions) await writeFile(join(dir, version), contents[version]);
  guest = await MediaGuest.boot({
    // A weak eraseblock fails the second time that it is erased; a weak page, of eraseblock 30, the second time that it is written.
    chip: 'badblocks=7,8 weakblocks=0:1,20:1,159:1 weakpages=1930:1',
    failing: [
      { target: 'unwritten', on: 'write', sector: 20_000, once: false },
      { target: 'once', on: 'write', sector: 20_000, once: true },
      { target: 'unread', on: 'read', sector: 20_000, once: false },
    ],
  });
}, minutes(5));
afterAll(async () => {
  await guest.stop();
  await rm(dir, { recursive: true, force: true });
});

const versions: Version[] = ['first', 'killed', 'cut'];
const image = (target: string, version: Version) => `${target}=raw:${join(dir, version)}`;
const failed = ({ exit, last }: Ended) => ({ exit, code: last.code, message: last.message });

describe('the clock jumps', { timeout: minutes(3) }, () => {
  const years = 365 * 86_400;
  const stages: Record<string, (line: Line) => boolean> = {
    compare: began('compare'),
    write: wrote(5 * mib),
    'read-back': began('verify'),
  };
  const jumps = { forward: `$(($(date +%s) + ${10 * years}))`, backward: '86400' };
  const cases = Object.keys(stages).flatMap((stage) =>
    (['forward', 'backward'] as const).map((way) => ({ stage, way })),
  );
  test.each(cases)('$way during $stage', async ({ stage, way }) => {
    // Nothing of the one before is there.
    const version: Version = way === 'forward' ? 'first' : 'killed';
    guest.proxy.throttle(4 * mib);
    const flashing = guest.flash(image('disk', version));
    await flashing.until(stages[stage]!);
    await guest.sh(`busybox date -s "@${jumps[way]}" >/dev/null`);
    guest.proxy.throttle();
    const { exit, last } = await flashing.ended;
    expect(last).toMatchObject({ type: 'result', targets: [{ target: 'disk' }] });
    expect(exit).toBe(0);
    await guest.sh('sync');
    expect(sha256(await guest.onDisk('disk', 20 * mib))).toBe(sha256(contents[version]));
    const { last: status } = await guest.start('status').ended;
    expect(status).toMatchObject({ maintenance: { touched: true } });
  });
});

describe('a disk', { timeout: minutes(3) }, () => {
  test('of which a sector cannot be written is named, and nothing starts from it', async () => {
    const ended = await guest.run(image('unwritten', 'first'));
    expect(failed(ended)).toMatchObject({ exit: 5, code: 'WRITE_FAILED' });
    expect(ended.last.message).toContain('/dev/vde');
    expect(await guest.sh('head -c 512 /dev/vde | tr -d "\\000" | wc -c')).toBe('0');
    const { last } = await guest.start('leave').ended;
    expect(last.code).toBe('LEAVE_REFUSED');
  });

  test('of which a sector fails once gets the rest by the same command', async () => {
    const ended = await guest.run(image('once', 'first'));
    expect(failed(ended)).toMatchObject({ exit: 5, code: 'WRITE_FAILED' });
    const again = await guest.run(image('once', 'first'));
    expect(again.exit, again.last.message).toBe(0);
    const held = await guest.sh(`head -c ${20 * mib} /dev/vdf | sha256sum`);
    expect(held.slice(0, 64)).toBe(sha256(contents.first));
  });

  test('of which a sector cannot be read does not pass for written', async () => {
    const ended = await guest.run(image('unread', 'first'));
    expect(ended.exit).toBe(5);
    expect(ended.last.code).toMatch(/^(WRITE|VERIFY)_FAILED$/);
    expect(ended.last.message).toContain('/dev/vdg');
  });
});

describe('a NAND', { timeout: minutes(5) }, () => {
  const raw = media.find(({ target }) => target === 'nand')!;
  const bad = async () => Number(await guest.sh('cat /sys/class/mtd/mtd0/bad_blocks'));

  test('whose eraseblocks and pages wear out holds what was written', async () => {
    const before = await bad();
    for (const version of ['first', 'killed', 'cut', 'first'] as const) {
      let ended = await guest.run(image('nand', version));
      // An eraseblock that goes bad when all behind it was written is named, and the same command moves the rest.
      for (let again = 0; again < 4 && ended.exit !== 0; again += 1) {
        expect(failed(ended)).toMatchObject({ exit: 5, code: 'WRITE_FAILED' });
        ended = await guest.run(image('nand', version));
      }
      expect(ended.exit, ended.last.message).toBe(0);
      expect(await raw.digest(guest, 20 * mib)).toBe(sha256(contents[version]));
    }
    expect(await bad()).toBeGreaterThan(before + 2);
  });
});
