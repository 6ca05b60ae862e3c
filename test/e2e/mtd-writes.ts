/** Plain MTDs are written in the guest of holders.test.ts, by the host's code and the real flasher. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Transport } from '../../src/ssh/transport.js';
import { callFlasher, takeLease } from '../../src/device/flasher.js';
import { replyOf } from '../../src/device/replies.js';
import { targetOf } from '../../src/flash/target.js';
import { JobState } from '../../src/flash/job-state.js';
import type { Job } from '../../src/flash/kind.js';
import { indexImage } from '../../src/image/index.js';
import { flashTarget, type FlashedTarget } from '../../src/operations/flash/flash-target.js';
import type { Guest } from './holders-guest.js';

const mib = 1024 * 1024;
/** An eraseblock of mtd0. */
const block = 128 * 1024;

/** Every erasure is noted; the one that /tmp/cut counts is the last thing that its flasher does. */
const eraser = `#!/bin/sh
echo "$3 $4" >>/tmp/erased
/tmp/flash_erase "$@" || exit
[ "$(wc -l </tmp/erased)" != "$(cat /tmp/cut)" ] || kill -KILL "$PPID"
`;

export function mtdWrites(guest: () => Guest): void {
  describe('an MTD without UBI', () => {
    let dir: string;
    let transport: Transport;
    beforeAll(async () => {
      transport = await guest().connect();
      dir = await mkdtemp(join(tmpdir(), 'levitate-mtd-'));
      await guest().sh('mv /usr/sbin/flash_erase /tmp/flash_erase');
    });
    beforeEach(async () => {
      await guest().sh(`cat >/usr/sbin/flash_erase <<'END'\n${eraser}END
        chmod 755 /usr/sbin/flash_erase; echo none >/tmp/cut; : >/tmp/erased`);
    });
    afterEach(() => guest().sh('rm -rf /run/levitate/targets /run/levitate/touched'));
    afterAll(async () => {
      await guest().sh('mv /tmp/flash_erase /usr/sbin/flash_erase');
      await transport.close();
      await rm(dir, { recursive: true });
    });

    /** Writes bytes to an MTD as `levitate flash` does. */
    async function flash(mtd: string, bytes: Buffer): Promise<FlashedTarget> {
      const path = join(dir, 'image');
      await writeFile(path, bytes);
      const image = await indexImage(path);
      const { kind, args } = targetOf({ mtd });
      const facts = replyOf(await callFlasher(transport, ['target', ...args]), 'target');
      const job: Job = { target: mtd, kind, args, facts, image, state: new JobState() };
      const lease = await takeLease(transport, 'test');
      try {
        return (await flashTarget({ transport }, job, lease)).flashed;
      } finally {
        await lease.release();
      }
    }
    /** What was erased since this was asked last: offset and number of eraseblocks. */
    const erased = async (): Promise<string[]> =>
      (await guest().sh('cat /tmp/erased; : >/tmp/erased')).trim().split('\n');
    const digest = (node: string, from: number, bytes: number, filter = 'cat') =>
      guest()
        .sh(`dd if=${node} bs=4096 iflag=skip_bytes,count_bytes skip=${from} count=${bytes} 2>/dev/null |
        ${filter} | sha256sum`);
    /** Old content all over. */
    const used = (node: string, filler: string) =>
      guest().sh(
        `tr '\\000' '${filler}' </dev/zero | dd of=${node} bs=1M count=2 iflag=fullblock conv=notrunc 2>/dev/null`,
      );

    test('takes an image that ends inside an eraseblock', async () => {
      const name = 'small';
      const node = '/dev/mtd3';
      const eraseblock = 4096;
      await used(node, 'Z');
      const image = randomBytes(eraseblock + 900);
      expect(await flash(name, image)).toMatchObject({ sentBytes: image.length });
      const blocks = Math.ceil(image.length / eraseblock);
      // Behind it the last eraseblock is erased, and what follows is as it was.
      const end = blocks * eraseblock;
      const none = await digest('/dev/null', 0, 1);
      expect(await digest(node, image.length, end - image.length, "tr -d '\\377'")).toBe(none);
      expect(await digest(node, end, eraseblock, 'tr -d Z')).toBe(none);
      // One byte behind the image makes it another image, and is gone after the next write.
      await guest().sh(
        `printf x | dd of=${node} bs=1 seek=${image.length + 9} conv=notrunc 2>/dev/null`,
      );
      expect((await flash(name, image)).sentBytes).toBeGreaterThan(0);
      expect(await digest(node, image.length, end - image.length, "tr -d '\\377'")).toBe(none);
      expect(await flash(name, image)).toMatchObject({ sentBytes: 0 });
    });

    // The helper's erasures are counted in test/integration/helper/nor.test.ts.
    describe('without the helper', () => {
      beforeAll(() => guest().sh('mv /usr/lib/levitate/helper /tmp/helper'));
      afterAll(() => guest().sh('mv /tmp/helper /usr/lib/levitate/helper'));

      test('erases only what differs, the first eraseblock before all', async () => {
        const image = randomBytes(mib + 2 * block);
        await used('/dev/mtd0', 'Z');
        await flash('mtd0', image);
        expect(await erased()).toEqual(['0 1', `${mib} 2`, `${block} 7`]);
        const change = (at: number) => image.writeUInt8(image.readUInt8(at) ^ 1, at);
        for (const number of [3, 4, 6, 9]) change(number * block + 9000);
        expect(await flash('mtd0', image)).toMatchObject({ sentBytes: image.length });
        expect(await erased()).toEqual([
          '0 1',
          `${9 * block} 1`,
          `${6 * block} 1`,
          `${3 * block} 2`,
        ]);
      });

      test('carries on where a write ended between erasing and writing', async () => {
        const image = randomBytes(mib + 2 * block);
        await used('/dev/mtd0', 'Z');
        await guest().sh('echo 3 >/tmp/cut');
        await expect(flash('mtd0', image)).rejects.toThrow();
        // Nothing starts from it. The second chunk was written, the first one only erased.
        expect(await digest('/dev/mtd0', 0, block, "tr -d '\\377'")).toBe(
          await digest('/dev/null', 0, 1),
        );
        expect(await guest().sh('flasher status')).toMatch(/"touched":true.*"mtd-mtd0":"touched"/);
        await guest().sh(': >/tmp/erased; echo none >/tmp/cut');
        expect(await flash('mtd0', image)).toMatchObject({ sentBytes: mib });
        expect(await guest().sh('flasher status')).toMatch(/"mtd-mtd0":"verified"/);
      });

      test('sees at once when an eraseblock does not keep what is written', async () => {
        // Takes everything and gives zeros.
        await guest().sh(`mount --bind /dev/zero /dev/mtd0
          printf '#!/bin/sh\\n' >/usr/sbin/flash_erase`);
        try {
          await expect(flash('mtd0', randomBytes(block))).rejects.toMatchObject({
            code: 'WRITE_FAILED',
            message: expect.stringContaining(
              'eraseblock 0 of /dev/mtd0 cannot be erased',
            ) as string,
          });
          await guest().sh(`mount --bind /dev/null /dev/mtd0`);
          await expect(flash('mtd0', randomBytes(block))).rejects.toMatchObject({
            code: 'WRITE_FAILED',
            message: expect.stringContaining('does not keep what is written') as string,
          });
        } finally {
          await guest().sh('while umount /dev/mtd0 2>/dev/null; do :; done');
        }
      });
    });

    const says = (path: string, text: string) =>
      `echo ${text} >/tmp/said; mount --bind /tmp/said /sys/class/mtd/${path}`;
    test.each([
      ['small', says('mtd3/flags', '0x0'), 'umount /sys/class/mtd/mtd3/flags', /read-only/],
      ['small', says('mtd3/type', 'nand'), 'umount /sys/class/mtd/mtd3/type', /raw NAND/],
      ['small', says('mtd3/name', 'chip'), 'umount /sys/class/mtd/mtd3/name', /no MTD named small/],
      ['chip', says('mtd3/name', 'chip'), 'umount /sys/class/mtd/mtd3/name', /several MTDs/],
      ['chip', ':', ':', /holds UBI/],
      ['chip', 'ubidetach -m 1', 'ubiattach -m 1 -d 0 >/dev/null', /holds UBI/],
    ])('%s is refused after: %s', async (mtd, provoke, undo, words) => {
      const look = await guest().sh(`${provoke}; flasher target mtd ${mtd} || :`);
      const lease = '"$(ls /run/levitate/lease | sort -n | tail -n 1)"';
      const open = `flasher open ${lease} 4096 ${'0'.repeat(64)} mtd ${mtd} && echo opened || :`;
      const said = await guest().sh(`${open}; ${undo}`);
      expect(look).toMatch(words);
      expect(said).toMatch(words);
      expect(said).not.toContain('opened');
    });
  });
}
