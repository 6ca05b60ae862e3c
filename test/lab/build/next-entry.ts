/** The disk of the board with two slots, with the GRUB of a Debian as it is in place of one that was set up for slots. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, labDir, sha256OfFile } from '../cache.js';
import { run, runAsRoot } from './run.js';
import { buildSlots, slotsLayout } from './sbc-slots.js';

/** The file beside grub.cfg that the documents give to people. */
const config = join(labDir, '../../docs/how-to/slots/custom.cfg');

const mebi = 1024 * 1024;

/** The disk, whose slots both have v1. */
export async function nextEntryDisk(): Promise<string> {
  const slots = await buildSlots();
  const recipe = ['build/next-entry.ts', 'recipes/sbc-slots/make-next-entry.sh'];
  const salt = `${slots} ${await sha256OfFile(config)}`;
  const dir = await cached('next-entry', recipe, salt, async (scratch) => {
    const { offset, length } = slotsLayout.boot;
    const boot = join(scratch, 'boot.ext4');
    const disk = join(scratch, 'disk.img');
    const script = await readFile(join(labDir, 'recipes/sbc-slots/make-next-entry.sh'), 'utf8');
    await runAsRoot(script, [boot, String(length / mebi), config]);
    await run(['cp', '--sparse=always', join(slots, 'disk.img'), disk]);
    await run([
      ...['dd', `if=${boot}`, `of=${disk}`, 'bs=1M', `seek=${offset / mebi}`, 'conv=notrunc'],
      'status=none',
    ]);
    await rm(boot);
  });
  return join(dir, 'disk.img');
}
