import { cp, mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { withMetadata } from '../unit/image/openwrt-fixtures.js';
import { readFile } from 'node:fs/promises';

/** The files of an OpenWrt sysupgrade file. */
export interface SysupgradeFiles {
  /** Paths of files. */
  root: string;
  kernel: string;
  /** The board in the name of its folder. */
  board: string;
  /** What fwtool's metadata says; absent where the file has none. */
  metadata?: unknown;
}

/** Makes a sysupgrade file as OpenWrt's build does, in a folder; gives its path. */
export async function sysupgradeFile(
  dir: string,
  name: string,
  { root, kernel, board, metadata }: SysupgradeFiles,
): Promise<string> {
  const folder = join(dir, `${name}-files`, `sysupgrade-${board}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'CONTROL'), `BOARD=${board}\n`);
  await cp(root, join(folder, 'root'));
  await cp(kernel, join(folder, 'kernel'));
  const path = join(dir, `${name}.bin`);
  await execa('tar', ['-cf', path, '-C', join(folder, '..'), `sysupgrade-${board}`]);
  if (metadata !== undefined) await writeFile(path, withMetadata(await readFile(path), metadata));
  return path;
}

/** A file of so many bytes, which differ from one seed to the other. */
export async function kernelFile(dir: string, seed: number, bytes: number): Promise<string> {
  const path = join(dir, `kernel-${seed}`);
  await writeFile(path, Buffer.alloc(bytes, `a kernel ${seed}\n`));
  await truncate(path, bytes);
  return path;
}

/** Makes a ubinized layout as an OpenWrt has it, whose volume rootfs_data takes the rest; gives its path. */
export async function openwrtLayout(
  dir: string,
  { root, kernel, data }: { root: string; kernel: string; data: string },
  sizes: { root: string; kernel: string },
): Promise<string> {
  const volume = (id: number, name: string, lines: string[]) => [
    ...[`[${name}]`, 'mode=ubi', `vol_id=${id}`, 'vol_type=dynamic', `vol_name=${name}`],
    ...lines,
  ];
  const config = join(dir, 'openwrt.cfg');
  await writeFile(
    config,
    [
      ...volume(0, 'kernel', [`image=${kernel}`, `vol_size=${sizes.kernel}`]),
      ...volume(1, 'rootfs', [`image=${root}`, `vol_size=${sizes.root}`]),
      ...volume(2, 'data', [`image=${data}`, 'vol_size=6MiB']),
      ...volume(3, 'rootfs_data', ['vol_size=1MiB', 'vol_flags=autoresize']),
      '',
    ].join('\n'),
  );
  const image = join(dir, 'openwrt.ubi');
  await execa('ubinize', ['-o', image, '-p', '131072', '-m', '1', config]);
  return image;
}
