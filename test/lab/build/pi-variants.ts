/** Images for a slot of the board that boots as a Raspberry Pi does that do not come up, each in its own way. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labDir } from '../cache.js';
import type { PiImages } from '../artifacts.js';
import { run } from './run.js';
import { emptyArchive, type SlotVariant } from './slot-variants.js';

/**
 * Makes a variant of a build in a folder.
 * @param seconds after which its trial timer reboots it
 */
export async function piVariant(
  variant: SlotVariant,
  images: PiImages,
  folder: string,
  seconds = 60,
): Promise<PiImages> {
  const scratch = await mkdtemp(join(folder, 'variant-'));
  const copy = async (from: string, name: string) => {
    await run(['cp', '--reflink=auto', '--sparse=always', from, join(scratch, name)]);
    return join(scratch, name);
  };
  const made = {
    boot: await copy(images.boot, 'boot.vfat'),
    root: await copy(images.root, 'root.ext4'),
  };
  const written = async (name: string, content: string | Uint8Array) => {
    const path = join(scratch, name);
    await writeFile(path, content);
    return path;
  };
  if (variant === 'no-kernel') await run(['mdel', '-i', made.boot, '::kernel8.img']);
  if (variant === 'panic') {
    const empty = await written('empty', emptyArchive);
    await run(['mcopy', '-o', '-i', made.boot, empty, '::initramfs8']);
  }
  if (variant === 'bad-kernel') {
    const none = await written('none', Buffer.alloc(4096));
    await run(['mcopy', '-o', '-i', made.boot, none, '::kernel8.img']);
  }
  if (variant === 'hang') {
    const text = '#!/bin/sh\n[ "$1" != start ] || { exec 9>/dev/watchdog; sleep 100000; }\n';
    await edit(made.root, putting(await written('hang', text), '/etc/init.d/S04hang'));
  }
  if (variant === 'no-network') await edit(made.root, ['rm /etc/init.d/S20network']);
  if (variant === 'no-network' || variant === 'timer') {
    const own = await readFile(join(labDir, '../../initramfs/trial/trial'));
    const conf = `LEVITATE_CONFIRM_WITHIN='${seconds}'\n`;
    const inittab = await readFile(join(labDir, 'recipes/router-ubi/root/etc/inittab'), 'utf8');
    const line = '::sysinit:/usr/lib/levitate/trial start\n';
    await edit(made.root, [
      'mkdir /usr/lib/levitate',
      ...putting(await written('trial', own), '/usr/lib/levitate/trial'),
      ...putting(await written('trial.conf', conf), '/usr/lib/levitate/trial.conf'),
      ...putting(await written('inittab', line + inittab), '/etc/inittab'),
    ]);
  }
  return made;
}

const putting = (source: string, path: string): string[] => [
  ...[`rm ${path}`, `write ${source} ${path}`, `sif ${path} mode 0100755`],
];

async function edit(image: string, commands: string[]): Promise<void> {
  const script = `${image}.script`;
  await writeFile(script, `${commands.join('\n')}\n`);
  await run(['debugfs', '-w', '-f', script, image]);
}
