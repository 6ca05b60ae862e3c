/** Roots for a slot that do not come up, each in its own way: copies of an image that are changed without mounting them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { labDir } from '../cache.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { packages } from './packages.js';
import { run } from './run.js';

/**
 * What is wrong with a root; `timer` is as it should be, and has the trial timer as the one without network has. The kernel of
 * `bad-kernel` is none, and the one of `hang` opens the watchdog and does nothing more.
 */
export type SlotVariant = 'panic' | 'no-kernel' | 'bad-kernel' | 'hang' | 'no-network' | 'timer';

/**
 * Makes a variant of a root in a folder.
 * @param inits what starts its programs: `systemd`, or a busybox with the init script for a trial timer
 * @param seconds after which its trial timer reboots it
 */
export async function slotVariant(
  variant: SlotVariant,
  image: string,
  folder: string,
  inits: 'systemd' | 'busybox' = 'systemd',
  seconds = 60,
): Promise<string> {
  const target = join(folder, `${variant}.ext4`);
  await run(['cp', '--reflink=auto', '--sparse=always', image, target]);
  const scratch = await mkdtemp(join(folder, 'variant-'));
  const commands = await commandsFor(variant, scratch, inits, seconds);
  const script = join(scratch, 'script');
  await writeFile(script, `${commands.join('\n')}\n`);
  await run(['debugfs', '-w', '-f', script, target]);
  await rm(scratch, { recursive: true });
  return target;
}

async function commandsFor(
  variant: SlotVariant,
  scratch: string,
  inits: 'systemd' | 'busybox',
  seconds: number,
): Promise<string[]> {
  const file = async (path: string, content: string | Buffer, mode = '0100644') => {
    const source = join(scratch, path.replaceAll('/', '_'));
    await writeFile(source, content);
    return [`rm ${path}`, `write ${source} ${path}`, `sif ${path} mode ${mode}`];
  };
  switch (variant) {
    case 'no-kernel':
      return ['rm /boot/vmlinuz'];
    case 'bad-kernel':
      return file('/boot/vmlinuz', Buffer.alloc(4096));
    case 'panic':
      // An archive without /init, so that the kernel finds no root: Debian's has the drivers of the disk as modules.
      return file('/boot/initrd.img', emptyArchive);
    case 'no-network':
      return [
        ...(inits === 'systemd'
          ? await file('/etc/network/interfaces', 'auto lo\niface lo inet loopback\n')
          : ['rm /etc/init.d/S20network']),
        ...(await timer(file, inits, seconds)),
      ];
    case 'timer':
      return timer(file, inits, seconds);
    case 'hang':
      return inits === 'systemd'
        ? hangingKernel(file, scratch)
        : file(
            '/etc/init.d/S00hang',
            '#!/bin/sh\nexec 3>/dev/watchdog\nwhile :; do sleep 1000; done\n',
            '0100755',
          );
  }
}

type File = (path: string, content: string | Buffer, mode?: string) => Promise<string[]>;

/** What `levitate install --root` puts there for a profile with slots. */
async function timer(file: File, inits: 'systemd' | 'busybox', seconds: number): Promise<string[]> {
  const own = (name: string) => readFile(join(labDir, '../../initramfs/trial', name));
  const unit = 'levitate-trial.service';
  const system = '/usr/lib/systemd/system';
  return [
    'mkdir /usr/lib/levitate',
    ...(await file('/usr/lib/levitate/trial', await own('trial'), '0100755')),
    ...(await file('/usr/lib/levitate/trial.conf', `LEVITATE_CONFIRM_WITHIN='${seconds}'\n`)),
    ...(inits === 'busybox'
      ? []
      : [
          ...(await file(`/usr/lib/levitate/${unit}`, await own(unit))),
          `symlink ${system}/${unit} ../../levitate/${unit}`,
          `symlink ${system}/sysinit.target.wants/${unit} ../${unit}`,
        ]),
  ];
}

/** Another kernel, which has the driver of the watchdog, with a system that opens that, and then does nothing. */
async function hangingKernel(file: File, scratch: string): Promise<string[]> {
  const initrd = join(scratch, 'hang.img');
  const { bzImage, busybox, modulesDir } = await packages();
  const modules = await moduleClosure(modulesDir, ['i6300esb']);
  await writeInitramfs(initrd, scratch, { init: hanging, busybox, modules });
  return [
    ...(await file('/boot/vmlinuz', await readFile(bzImage))),
    ...(await file('/boot/initrd.img', await readFile(initrd))),
  ];
}

/** What that runs. */
const hanging = `#!/bin/busybox sh
/bin/busybox mount -t devtmpfs devtmpfs /dev
for module in /modules/*.ko; do /bin/busybox insmod "$module"; done
exec 3>/dev/watchdog
echo 'init: hangs' >/dev/console
while :; do /bin/busybox sleep 1000; done
`;

/** An archive with nothing in it but its end (newc). */
export const emptyArchive = gzipSync(
  `070701${'0'.repeat(40)}00000001${'0'.repeat(40)}0000000b${'0'.repeat(8)}TRAILER!!!\0\0\0\0`,
);
