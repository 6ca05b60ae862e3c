/** A PC with a Debian, GRUB, ext4 and swap; and the root of another distribution that it migrates to, as a tar archive. */
import { copyFile, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { writeGpt } from './gpt.js';
import { grubImages } from './grub.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { buildInit } from './inits.js';
import { packages } from './packages.js';
import { run, runAsRoot } from './run.js';
import { buildSbc, sbcLayout } from './sbc-systemd.js';

const mebi = 1024 * 1024;
const sectorsPerMebi = mebi / 512;
const rootMebi = sbcLayout.root.length / mebi;
const swapMebi = 200;
const diskMebi = 2 + rootMebi + swapMebi + 1;
const coreSector = sectorsPerMebi;

/** The UUID of the swap, which fstab names. */
export const swapUuid = '5afe5afe-0000-4000-8000-00000000c0de';

/** Where the partitions lie; `/dev/vda1` holds GRUB. */
export const swapLayout = {
  root: { device: '/dev/vda2', offset: 2 * mebi, length: rootMebi * mebi },
  swap: { device: '/dev/vda3', offset: (2 + rootMebi) * mebi, length: swapMebi * mebi },
};

const modules = [
  ...['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_rng'],
  ...['crc32c_generic', 'ext4'],
];

/**
 * The folder with disk.img, and new.tar, which is a system with OpenRC, dropbear and ifupdown. Nobody can log in to that, and it has no
 * address: it needs those of the system before.
 */
export async function buildSwap(): Promise<string> {
  const [sbc, other] = [await buildSbc(), await buildInit('openrc')];
  const recipe = ['build/sbc-swap.ts', 'recipes/sbc-swap', 'build/gpt.ts', 'build/grub.ts'];
  return cached('sbc-swap', recipe, `${sbc} ${other}`, async (scratch) => {
    await assembleDisk(scratch, join(sbc, 'v1.root.ext4'));
    await packNew(scratch, join(other, 'openrc.img'));
  });
}

async function assembleDisk(scratch: string, debian: string): Promise<void> {
  const [root, swap, target] = ['root.ext4', 'swap', 'disk.img'].map((name) => join(scratch, name));
  await run(['cp', '--reflink=auto', '--sparse=always', debian, root!]);
  const fstab = join(scratch, 'fstab');
  await writeFile(
    fstab,
    `LABEL=root / ext4 errors=remount-ro 0 0\nUUID=${swapUuid} none swap sw,nofail 0 0\n`,
  );
  const script = join(scratch, 'script');
  await writeFile(
    script,
    `rm /etc/fstab\nwrite ${fstab} /etc/fstab\nsif /etc/fstab mode 0100644\n`,
  );
  await run(['debugfs', '-w', '-f', script, root!]);
  await run(['truncate', '-s', `${swapMebi}M`, swap!]);
  await run(['mkswap', '-q', '-L', 'swap', '-U', swapUuid, swap!]);
  const grub = await grubImages(scratch, '(hd0,gpt2)/boot/grub', coreSector);
  const disk = await open(target!, 'w+');
  try {
    await disk.truncate(diskMebi * mebi);
    const partition = (name: string, start: number, mebis: number) => ({
      ...{ name, type: 'linux' as const },
      ...{ start: start * sectorsPerMebi, sectors: mebis * sectorsPerMebi },
    });
    await writeGpt(
      disk,
      diskMebi * sectorsPerMebi,
      [
        { name: 'grub', type: 'bios-boot', start: coreSector, sectors: sectorsPerMebi },
        partition('root', 2, rootMebi),
        partition('swap', 2 + rootMebi, swapMebi),
      ],
      grub.boot,
      'sbc-swap',
    );
    await disk.write(grub.core, 0, grub.core.length, coreSector * 512);
  } finally {
    await disk.close();
  }
  const copy = 'dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none';
  await runAsRoot(copy, [root!, target!, '2']);
  await runAsRoot(copy, [swap!, target!, String(2 + rootMebi)]);
  for (const file of [root!, swap!, fstab, script]) await rm(file);
}

async function packNew(scratch: string, image: string): Promise<void> {
  const { bzImage, busybox, modulesDir } = await packages();
  const boot = join(scratch, 'boot');
  await mkdir(boot);
  await copyFile(bzImage, join(boot, 'vmlinuz'));
  await writeInitramfs(join(boot, 'initrd.img'), scratch, {
    init: await readFile(join(labDir, 'recipes/sbc-swap/init'), 'utf8'),
    busybox,
    modules: await moduleClosure(modulesDir, modules),
  });
  const pack = `mkdir "$1/new"; debugfs -R "rdump / $1/new" "$2" 2>/dev/null
    rm -rf "$1/new/lost+found"; mkdir -p "$1/new/boot"; cp "$1/boot"/* "$1/new/boot/"
    echo 'openrc 7' >"$1/new/etc/build-id"
    echo 'LABEL=system / ext4 defaults 0 0' >"$1/new/etc/fstab"
    mkdir -p "$1/new/srv"
    rm "$1/new/root/.ssh/authorized_keys" "$1/new/etc/network/interfaces"
    tar --format=pax --numeric-owner -C "$1/new" -cf "$1/new.tar" .; rm -rf "$1/new" "$1/boot"`;
  await runAsRoot(pack, [scratch, image]);
}
