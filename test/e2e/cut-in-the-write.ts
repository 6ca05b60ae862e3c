import { expect } from 'vitest';
import type { Levitate } from './levitate.js';
import { wrote } from './lines.js';
import { answering } from './rescue.js';

/**
 * Cuts the power while a disk is written: the rescue comes up by itself, and the same command ends in the new system.
 * @param words those of the deploy
 * @param build the build of the new system
 */
export async function cutInTheWrite(
  levitate: Levitate,
  words: string[],
  build: string,
): Promise<void> {
  const { device } = levitate;
  const { last: dry } = await levitate.run('deploy', [...words, '--dry-run']);
  expect(dry).toMatchObject({
    overwrite: { writes: [{ cut: expect.stringMatching(/to the rescue, which is/) as string }] },
  });
  const deploy = levitate.start('deploy', words);
  await deploy.until(wrote(40 * 1024 * 1024));
  await device.cut();
  deploy.signal('SIGKILL');
  await deploy.ended;
  await device.start();
  expect(await answering(device)).toBe('rescue');
  const { maintenance } = await levitate.status();
  expect(maintenance).toMatchObject({ rescue: true, touched: true });
  const again = await levitate.run('deploy', words);
  expect(again).toMatchObject({ exit: 0, last: { leave: { isNew: true } } });
  expect(await answering(device)).toBe(build);
}
