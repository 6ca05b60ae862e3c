import type { Architecture } from '../profile/schema.js';
import type { ServedFile } from './served-file.js';

/** What the firmware of a Raspberry Pi is given. */
export interface RaspberryPiParts {
  name: string;
  arch: Architecture;
  archive: Uint8Array;
  kernel: Uint8Array;
  deviceTree?: Uint8Array;
  /** The kernel's command line. */
  words: string;
  /** Eight hexadecimal digits. */
  serial: string;
}

/**
 * Lays an archive and its kernel out as the firmware of a Raspberry Pi looks for them over the network: in a folder with the serial
 * number of the board (Raspberry Pi documentation, "Network booting" and config.txt). The firmware itself (start*.elf, fixup*.dat)
 * and its device trees belong there as well. Pure.
 */
export function raspberryPiFiles(parts: RaspberryPiParts): ServedFile[] {
  const { serial, name, arch, deviceTree, words } = parts;
  const settings = [
    `# levitate ${name}`,
    `arm_64bit=${arch === 'aarch64' ? 1 : 0}`,
    'kernel=kernel.img',
    'initramfs archive followkernel',
    ...(deviceTree ? ['device_tree=levitate.dtb'] : []),
    '',
  ].join('\n');
  return [
    { path: `${serial}/kernel.img`, bytes: parts.kernel },
    { path: `${serial}/archive`, bytes: parts.archive },
    ...(deviceTree ? [{ path: `${serial}/levitate.dtb`, bytes: deviceTree }] : []),
    { path: `${serial}/config.txt`, bytes: Buffer.from(settings) },
    // All of it has to be on one line.
    { path: `${serial}/cmdline.txt`, bytes: Buffer.from(`${words}\n`) },
  ];
}
