import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MtdHealth } from '../../../src/device/gather-wear.js';
import { headersByShell, headersIn } from '../../../src/device/read-counters.js';
import { header } from '../operations/wear/headers.js';
import { everyKind } from '../operations/wear/health.js';
import { localTransport } from './local-transport.js';

let folder: string;
let mtd: MtdHealth;
const headers = Array.from({ length: 40 }, (_, index) => header(index));
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-mtd-'));
  const node = join(folder, 'mtd');
  const rest = Buffer.alloc(192, 0x5a);
  await writeFile(node, Buffer.concat(headers.flatMap((hex) => [Buffer.from(hex, 'hex'), rest])));
  mtd = { ...everyKind.mtds[1]!, node, eraseSize: 256, size: headers.length * 256 };
});
afterAll(() => rm(folder, { recursive: true }));

describe('headersByShell', () => {
  it('reads the header of each eraseblock, behind those that a cut left', async () => {
    const read = headers.slice(0, 7);
    let told = 0;
    await headersByShell(localTransport(), mtd, read, () => (told += 1));
    expect(read).toEqual(headers);
    expect(told).toBe(1);
  });

  it('counts eraseblocks that cannot be read as zeros', async () => {
    const read: string[] = [];
    await headersByShell(localTransport(), { ...mtd, node: join(folder, 'absent') }, read, () => 0);
    expect(read).toEqual(headers.map(() => '00'.repeat(64)));
  });
});

it('takes no answer of another length', () => {
  for (const length of [0, 63, 127, 129])
    expect(() => headersIn(Buffer.alloc(length), 2, 'mtd0')).toThrow(
      expect.objectContaining({ code: 'REMOTE_FAILED' }) as Error,
    );
});
