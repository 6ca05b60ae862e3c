import type { Architecture } from '../profile/schema.js';
import type { NetbootDevice } from './netboot-device.js';
import { raspberryPiFiles } from './raspberry-pi.js';
import type { ServedFile } from './served-file.js';
import { uBootScript, uInitrd } from './uimage.js';

/** What is laid out for devices that boot an archive over the network. */
export interface NetbootParts {
  name: string;
  arch: Architecture;
  archive: Uint8Array;
  kernel: Uint8Array;
  deviceTree?: Uint8Array;
  /** More words of the kernel's command line. */
  words: string;
  /** The one device that they are for; without it, each that asks. */
  device?: NetbootDevice;
}

/** A kernel that panics starts the device again, which then boots over the network again. */
const panics = 'panic=10';

const pcs: readonly Architecture[] = ['x86_64', 'i686'];
/** iPXE and GRUB are made for UEFI of these besides (iPXE `src/arch`, GRUB `grub-core/Makefile.core.def`). */
const withUefi: readonly Architecture[] = [...pcs, 'aarch64', 'riscv64'];

/**
 * Lays an archive and its kernel out as boot loaders look for them on a TFTP server: U-Boot, PXELINUX, iPXE and GRUB by the hardware
 * address of the network card, the firmware of a Raspberry Pi by its serial number. Pure.
 */
export function netbootFiles(parts: NetbootParts): ServedFile[] {
  const { name, arch, device, deviceTree, archive } = parts;
  const words = [panics, parts.words].filter((text) => text !== '').join(' ');
  if (device?.serial !== undefined)
    return raspberryPiFiles({ ...parts, words, serial: device.serial });
  const mac = device?.mac;
  const folder = `levitate/${mac ?? 'default'}`;
  // Linux on a PC takes the archive as it is; elsewhere some builds of U-Boot take a legacy image alone.
  const initrd = pcs.includes(arch)
    ? { path: `${folder}/archive`, bytes: archive }
    : { path: `${folder}/uInitrd`, bytes: uInitrd(archive, arch, `levitate ${name}`) };
  const text = (path: string, lines: string[]): ServedFile => ({
    path,
    bytes: Buffer.from([...lines, ''].join('\n')),
  });
  const remark = `# levitate ${name}`;
  const firmware = withUefi.includes(arch);
  const files = [
    { path: `${folder}/kernel`, bytes: parts.kernel },
    initrd,
    ...(firmware && !pcs.includes(arch) ? [{ path: `${folder}/archive`, bytes: archive }] : []),
    ...(deviceTree ? [{ path: `${folder}/dtb`, bytes: deviceTree }] : []),
    // PXELINUX, and U-Boot's pxe command (U-Boot doc/README.pxe).
    text(`pxelinux.cfg/${mac === undefined ? 'default' : `01-${mac}`}`, [
      ...[remark, 'default levitate', 'prompt 0', 'label levitate'],
      `  kernel ${folder}/kernel`,
      `  initrd ${initrd.path}`,
      ...(deviceTree ? [`  fdt ${folder}/dtb`] : []),
      `  append ${words}`,
    ]),
  ];
  if (!pcs.includes(arch)) files.push(distroScript(arch));
  if (!firmware) return files;
  return [
    ...files,
    text('boot.ipxe', [
      '#!ipxe',
      '# levitate: the files of this device, else those for each; without any it goes on to its next way to boot.',
      'chain ipxe/${mac:hexhyp}.ipxe || chain ipxe/default.ipxe || exit',
    ]),
    text(`ipxe/${mac ?? 'default'}.ipxe`, [
      ...['#!ipxe', remark],
      `kernel ../${folder}/kernel initrd=archive ${words}`,
      `initrd ../${folder}/archive`,
      'boot',
    ]),
    text(`grub/grub.cfg${mac === undefined ? '' : `-01-${mac}`}`, [
      ...[remark, 'set timeout=0', `menuentry 'levitate ${name}' {`],
      `  linux /${folder}/kernel ${words}`,
      `  initrd /${folder}/archive`,
      '}',
    ]),
  ];
}

/**
 * What the step `dhcp` of U-Boot's distro boot fetches and runs (U-Boot `include/config_distro_bootcmd.h`, `boot_script_dhcp`). Its
 * step `pxe`, which finds the device's own files, is left out on many boards.
 */
const distroScript = (arch: Architecture): ServedFile => ({
  path: 'boot.scr.uimg',
  bytes: uBootScript('if pxe get; then pxe boot; fi\n', arch, 'levitate'),
});
