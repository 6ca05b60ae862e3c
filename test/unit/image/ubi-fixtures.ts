import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sample, tool } from './fixtures.js';

/** A ubinized image of a static volume `kernel` and a dynamic volume `rootfs`, made by ubinize. */
export function ubinized(folder: string, pebSize = '128KiB', pageSize = '2048'): Buffer {
  writeFileSync(join(folder, 'kernel.bin'), sample(200_000));
  writeFileSync(join(folder, 'rootfs.bin'), sample(800_000));
  const configuration = `[k]
mode=ubi
image=${join(folder, 'kernel.bin')}
vol_id=0
vol_type=static
vol_name=kernel
vol_size=512KiB
[r]
mode=ubi
image=${join(folder, 'rootfs.bin')}
vol_id=3
vol_type=dynamic
vol_name=rootfs
vol_size=1MiB
vol_flags=autoresize
`;
  writeFileSync(join(folder, 'ubinize.cfg'), configuration);
  const output = join(folder, 'ubi.img');
  tool('ubinize', ['-o', output, '-p', pebSize, '-m', pageSize, join(folder, 'ubinize.cfg')]);
  return readFileSync(output);
}
