/** U-Boot with the configurations of docs/how-to/slots: what a cut around each change leads to, and what may go wrong with a new slot. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test as plain } from 'vitest';
import { uBootNames } from '../../lab/build/sbc-uboot.js';
import { slotsArtifacts } from '../../lab/index.js';
import { startedSlots } from '../../lab/loader-machine.js';
import { copySparse } from '../../lab/hardware.js';
import { readCopies, writeCopies } from '../../lab/u-boot-files.js';
import { statesOf } from '../../u-boot-copies.js';
import * as cells from '../boot-cells.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';
import { cutsAroundChanges, loaderOfBoard } from '../slot-cuts.js';

describe.each(uBootNames)('%s', (name) => {
  plain('cuts around each change, and torn writes', { timeout: minutes(20) }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'levitate-slots-u-boot-'));
    try {
      const disk = join(folder, 'disk.img');
      await copySparse((await slotsArtifacts(name)).disk, disk);
      await cutsAroundChanges(name, disk);
      const from = await readCopies(name, disk);
      const stage = { do: 'stage-try', slot: 'b', tries: 2 } as const;
      const to = statesOf(loaderOfBoard(name), from, stage).at(-1)!;
      for (const place of Object.keys(from)) {
        if (Buffer.compare(from[place]!, to[place]!) === 0) continue;
        const torn = Buffer.concat([to[place]!.subarray(0, 64), from[place]!.subarray(64)]);
        await writeCopies(name, disk, { ...from, [place]: torn });
        expect(await startedSlots(disk, 2, name)).toEqual(['a', 'a']);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  const test = deviceTest(name, { scope: 'file' });

  test(
    'an update, and the same build once more',
    { timeout: minutes(15) },
    async ({ levitate }) => {
      await cells.updates(levitate);
      await cells.needsNothing(levitate);
    },
  );

  test.for(['panic', 'no-kernel', 'hang', 'no-network'] as const)(
    'a new system falls back: %s',
    { timeout: minutes(20) },
    (variant, { levitate }) => cells.fallsBack(levitate, variant),
  );

  test('a rollback, and the other way', { timeout: minutes(20) }, async ({ levitate }) => {
    await cells.updates(levitate, ['--from', 'maintenance']);
    await cells.rollsBack(levitate);
  });
});
