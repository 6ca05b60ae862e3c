/** Disks and partitions are found and written in the guest of holders.test.ts, by the host's code and the real flasher. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transport } from '../../src/ssh/transport.js';
import { callFlasher, takeLease } from '../../src/device/flasher.js';
import { replyOf } from '../../src/device/replies.js';
import { JobState } from '../../src/flash/job-state.js';
import { targetOf } from '../../src/flash/target.js';
import type { Job } from '../../src/flash/kind.js';
import { indexImage } from '../../src/image/index.js';
import { flashTarget } from '../../src/operations/flash/flash-target.js';
import type { Progress } from '../../src/progress.js';
import type { Guest } from './holders-guest.js';

export function blockWrites(guest: () => Guest): void {
  describe('a block device', () => {
    let dir: string;
    let transport: Transport;
    beforeAll(async () => {
      transport = await guest().connect();
      dir = await mkdtemp(join(tmpdir(), 'levitate-block-'));
    });
    afterAll(async () => {
      await transport.close();
      await rm(dir, { recursive: true });
    });

    const node = async (...words: string[]): Promise<string> =>
      replyOf(await callFlasher(transport, ['target', ...words]), 'target').node;

    test('is found by its PARTUUID in the table, and by a link', async () => {
      const guid = (
        await guest().sh(
          'dd if=/dev/vda bs=1 skip=$((1024 + 128 + 16)) count=16 2>/dev/null | hexdump -v -e \'1/1 "%02x"\'',
        )
      ).trim();
      const bytes = Buffer.from(guid, 'hex');
      for (const [from, to] of [
        [0, 4],
        [4, 6],
        [6, 8],
      ] as const)
        bytes.subarray(from, to).reverse();
      const uuid = bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      await guest().sh('ln -sf /dev/vda2 /dev/here');
      expect(await node('partition', 'uuid', uuid.toUpperCase())).toBe('/dev/vda2');
      expect(await node('partition', 'label', 'b')).toBe('/dev/vda2');
      expect(await node('block', '/dev/here')).toBe('/dev/vda2');
      await expect(node('partition', 'label', 'B')).rejects.toMatchObject({
        code: 'TARGET_MISSING',
      });
      await expect(node('partition', 'label', 'dät')).rejects.toMatchObject({
        code: 'TARGET_MISSING',
      });
    });

    test('names the backup GPT and the partitions behind a shorter image', async () => {
      const replies = await callFlasher(transport, ['remains', 4 << 20, 'block', '/dev/vda']);
      expect(replies.filter(({ type }) => type !== 'end')).toEqual([
        { type: 'remain', what: 'backup GPT', offset: (64 << 20) - 512, length: 512, clear: true },
        ...[
          ['/dev/vda1', 'a', 1, 24],
          ['/dev/vda2', 'b', 25, 24],
          ['/dev/vda3', 'c', 40, 20],
        ].map(([at, label, start, size]) => ({
          type: 'lost',
          node: at,
          label,
          offset: Number(start) << 20,
          length: Number(size) << 20,
        })),
      ]);
    });

    test('loses what its old content leaves behind the image', async () => {
      await guest().sh(`at=$(($(blockdev --getsize64 /dev/ram2) - 65536))
        put() { printf "$2" | dd of=/dev/ram2 bs=1 seek="$1" conv=notrunc 2>/dev/null; }
        put $at '\\xfc\\x4e\\x2b\\xa9\\0\\0\\0\\0\\x5a'
        put $((at + 152)) '\\x56\\x4f\\x2b\\xa9'
        put $((at - 1)) k`);
      const bytes = randomBytes(1 << 20);
      const path = join(dir, 'image');
      await writeFile(path, bytes);
      const { kind, args } = targetOf({ block: '/dev/ram2' });
      const replies = await callFlasher(transport, ['target', ...args]);
      const facts = replyOf(replies, 'target');
      const image = await indexImage(path);
      const lease = await takeLease(transport, 'test');
      const flash = async () => {
        const job: Job = { target: 'disk', kind, args, facts, image, state: new JobState() };
        const events: Progress[] = [];
        const done = await flashTarget(
          { transport, onProgress: (event) => void events.push(event) },
          job,
          lease,
        );
        return { steps: done.plan.steps.map((step) => step.do), events };
      };
      const { steps, events } = await flash();
      expect(steps).toEqual(['invalidate', 'write', 'finish', 'clear', 'verify']);
      expect(events).toContainEqual(
        expect.objectContaining({
          type: 'note',
          message: expect.stringContaining('md superblock 0.90 behind the image') as string,
        }),
      );
      expect((await flash()).steps).toEqual(['verify']);
      await lease.release();
      expect(await guest().sh('flasher journal')).toMatch(
        /clear block-_dev_ram2 md superblock 0.90 at/,
      );
      expect(await guest().sh('tail -c 65537 /dev/ram2 | head -c 1')).toBe('k');
      expect(await guest().sh('flasher status')).toMatch(/"block-_dev_ram2":"verified"/);
    });
  });
}
