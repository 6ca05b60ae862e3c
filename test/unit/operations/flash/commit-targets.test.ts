/** What is written beside targets takes its place in as few steps as the device allows. */
import { expect, it } from 'vitest';
import { JobState } from '../../../../src/flash/job-state.js';
import type { Job } from '../../../../src/flash/kind.js';
import { targetOf, type TargetSpec } from '../../../../src/flash/target.js';
import { commitTargets } from '../../../../src/operations/flash/flash-target.js';
import type { Transport } from '../../../../src/ssh/transport.js';
import { aVolume } from '../../flash/a-volume.js';
import { anImage } from '../../image/an-image.js';

/** A job whose image lies beside its volume, read back. */
function written(target: string, spec: TargetSpec, within: string): Job {
  const { kind, args } = targetOf(spec);
  const facts = aVolume(kind.name, { within, ...(kind.name === 'openwrt-volume' ? rest : {}) });
  const state = Object.assign(new JobState(), { write: 'finished' });
  const image = anImage({ format: 'squashfs', length: 3000, chunks: ['new'] });
  return { target, kind, args, facts, image, state };
}
const rest = { rest: 'rootfs_data', rest_lebs: 5 };

it('volumes of one UBI take their places in one swap, whatever kinds they are, and those of another in one of their own', async () => {
  const on = { mtd: 'ubi' };
  const jobs = [
    written('data', { 'ubi-volume': 'data', on }, '/dev/mtd0'),
    written('root', { 'openwrt-volume': 'rootfs', on, rest: 'rootfs_data' }, '/dev/mtd0'),
    written('other', { 'ubi-volume': 'data', on: { mtd: 'other' } }, '/dev/mtd1'),
  ];
  const swaps: string[] = [];
  const transport: Transport = {
    name: 'a device',
    exec: (command, { onLine } = {}) => {
      const words = command.replaceAll("'", '');
      if (words.startsWith('flasher swap')) swaps.push(words);
      onLine?.(words.startsWith('flasher swap') ? '{"type":"swapped"}' : '{"type":"end"}');
      return Promise.resolve({ stdout: '', stderr: '', code: 0 });
    },
    close: () => Promise.resolve(),
  };
  const lease = { token: 4, release: () => Promise.resolve() };
  const found = await commitTargets({ transport }, jobs, lease);
  expect(swaps).toEqual([
    'flasher swap 4 ubi-volume data ubi openwrt-volume rootfs ubi rootfs_data',
    'flasher swap 4 ubi-volume data other',
  ]);
  expect([...found.keys()]).toEqual(jobs);
});
