/** The file by which GRUB chooses a slot, in the disk of a device that is switched off. */
import { execa } from 'execa';
import { open, rm, writeFile } from 'node:fs/promises';
import { slotsLayout } from './build/sbc-slots.js';

const bytes = 1024;

/** Reads and overwrites grubenv where it lies, past the file system that it is in. */
export async function loaderFile(disk: string) {
  const block = await inBoot(disk, 'bmap /grub/grubenv 0');
  const at = slotsLayout.boot.offset + Number(block.toString().trim()) * 1024;
  const within = async <T>(work: (file: Awaited<ReturnType<typeof open>>) => Promise<T>) => {
    const file = await open(disk, 'r+');
    try {
      return await work(file);
    } finally {
      await file.close();
    }
  };
  return {
    read: () =>
      within(async (file) => {
        const block = Buffer.alloc(bytes);
        await file.read(block, 0, bytes, at);
        return block;
      }),
    write: (block: Uint8Array) => within((file) => file.write(block, 0, bytes, at)),
    /** Another file of that folder, by its name. */
    beside: (name: string) => inBoot(disk, `cat /grub/${name}`),
  };
}

/** What debugfs says of the file system with GRUB, which has blocks of 1024 bytes, as it was made with. */
async function inBoot(disk: string, command: string): Promise<Buffer> {
  const { offset, length } = slotsLayout.boot;
  const image = `${disk}.boot`;
  const file = await open(disk, 'r');
  try {
    const content = Buffer.alloc(length);
    await file.read(content, 0, length, offset);
    await writeFile(image, content);
  } finally {
    await file.close();
  }
  const { stdout } = await execa('debugfs', ['-R', command, image], { encoding: 'buffer' });
  await rm(image);
  return Buffer.from(stdout);
}
