/** The sbc's images: a GPT disk with GRUB, an ext4 root that brings its own kernel, and a data partition. */
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { writeDebianOverlay } from './debian-overlay.js';
import { writeGpt } from './gpt.js';
import { grubImages } from './grub.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { labKeys } from './keys.js';
import { packages } from './packages.js';
import type { Version } from './payload.js';
import { runAsRoot } from './run.js';

const mebi = 1024 * 1024;
const sectorsPerMebi = mebi / 512;
const rootMebi = 224;
const dataMebi = 16;
const diskMebi = 2 + rootMebi + dataMebi + 1;
const coreSector = sectorsPerMebi;

/** Where the partitions lie on the disk, in bytes; `/dev/vda1` holds GRUB. */
export const sbcLayout = {
  diskBytes: diskMebi * mebi,
  root: { device: '/dev/vda2', offset: 2 * mebi, length: rootMebi * mebi },
  data: { device: '/dev/vda3', offset: (2 + rootMebi) * mebi, length: dataMebi * mebi },
};

const recipe = ['sbc-systemd', 'debian-overlay', 'gpt', 'grub', 'initramfs', 'payload']
  .map((name) => `build/${name}.ts`)
  .concat('recipes/sbc-systemd');

/** The folder with VERSION.disk.img, VERSION.root.ext4 and VERSION.data.ext4 for both versions. */
export async function buildSbc(): Promise<string> {
  const keys = await labKeys();
  const { sbcTar } = await packages();
  return cached('sbc-systemd', recipe, `${sbcTar} ${keys.userPublicKey}`, async (scratch) => {
    await buildVersion(scratch, 'v1');
    await buildVersion(scratch, 'v2');
  });
}

async function buildVersion(scratch: string, version: Version): Promise<void> {
  const tree = join(scratch, `overlay-${version}`);
  await writeOverlay(scratch, tree, version);
  const { sbcTar, sbcKernelVersion } = await packages();
  const file = (name: string) => join(scratch, `${version}.${name}`);
  await runAsRoot(await readFile(join(labDir, 'recipes/sbc-systemd/make-images.sh'), 'utf8'), [
    scratch,
    version,
    sbcTar,
    join(labDir, 'recipes/sbc-systemd/root'),
    tree,
    sbcKernelVersion,
    String(rootMebi),
    String(dataMebi),
  ]);
  await assembleDisk(scratch, version, file('root.ext4'), file('data.ext4'), file('disk.img'));
}

/** What is generated rather than copied from the recipe: build files, keys, the initramfs. */
async function writeOverlay(scratch: string, tree: string, version: Version): Promise<void> {
  await writeDebianOverlay(tree, 'sbc-systemd', version, 4);
  const { sbcTar, sbcKernelVersion, busybox } = await packages();
  const modulesDir = join(scratch, 'modules');
  await runAsRoot(
    'mkdir -p "$2"; tar -xf "$1" -C "$2" --strip-components=5 --no-same-owner --wildcards "$3"',
    [sbcTar, modulesDir, `./*/modules/${sbcKernelVersion}/kernel`],
  );
  await mkdir(join(tree, 'boot'), { recursive: true });
  await writeInitramfs(join(tree, 'boot/initrd.img'), scratch, {
    init: await readFile(join(labDir, 'recipes/sbc-systemd/init'), 'utf8'),
    busybox,
    modules: await moduleClosure(modulesDir, ['virtio_pci', 'virtio_blk']),
  });
  await runAsRoot('rm -rf "$1"', [modulesDir]);
}

async function assembleDisk(
  scratch: string,
  version: Version,
  root: string,
  data: string,
  target: string,
): Promise<void> {
  const grub = await grubImages(scratch, '(hd0,gpt2)/boot/grub', coreSector);
  const disk = await open(target, 'w+');
  try {
    await disk.truncate(sbcLayout.diskBytes);
    await writeGpt(
      disk,
      diskMebi * sectorsPerMebi,
      [
        { name: 'grub', type: 'bios-boot', start: coreSector, sectors: sectorsPerMebi },
        {
          name: 'root',
          type: 'linux',
          start: 2 * sectorsPerMebi,
          sectors: rootMebi * sectorsPerMebi,
        },
        {
          name: 'data',
          type: 'linux',
          start: (2 + rootMebi) * sectorsPerMebi,
          sectors: dataMebi * sectorsPerMebi,
        },
      ],
      grub.boot,
      `sbc-systemd ${version}`,
    );
    await disk.write(grub.core, 0, grub.core.length, coreSector * 512);
  } finally {
    await disk.close();
  }
  const copy = 'dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none';
  await runAsRoot(copy, [root, target, '2']);
  await runAsRoot(copy, [data, target, String(2 + rootMebi)]);
}
