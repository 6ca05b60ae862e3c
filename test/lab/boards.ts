/** The boards that the devices sit on: what QEMU emulates, and how a kernel finds its parts. */
import { join } from 'node:path';
import type { DeviceName } from './artifacts.js';
import { labDir } from './cache.js';

export interface Board {
  /** QEMU's program. */
  qemu: string;
  /** The machine and its processor; without it the accelerator says which processor. */
  machine: string[];
  /** A script in front of QEMU that plays the board's firmware: it takes the device's folder, its disk, and QEMU's command. */
  firmware?: string;
  /** Only a board of this machine's own architecture can be run by KVM. */
  emulated: boolean;
  /** What the network card, the disk and the random numbers are. */
  network: string;
  disk: string;
  random: string;
  /** The kernel's name of the serial console. */
  console: string;
  /** What else the kernel is told. */
  append: string[];
}

/**
 * Programs and libraries lie at the same addresses in each process: QEMU keeps what it has translated by its address, and
 * would translate the C library anew for each short process of a script, which makes that take four times as long.
 */
const fixedAddresses = 'norandmaps';

/** The cards are at fixed PCI addresses. */
const pc: Board = {
  qemu: 'qemu-system-x86_64',
  machine: ['-machine', 'pc,usb=off'],
  emulated: false,
  network: 'virtio-net-pci,netdev=net,addr=3,romfile=',
  disk: 'virtio-blk-pci,drive=disk,addr=4',
  random: 'virtio-rng-pci',
  console: 'ttyS0',
  // Hardening that the tests do not look at, and that costs an emulated processor dear.
  append: [
    ...['mitigations=off', 'init_on_alloc=0', 'cryptomgr.notests', fixedAddresses],
    // Each page that a process touches is accounted for, which makes starting one take a sixth longer.
    'cgroup_disable=memory',
  ],
};

/** Arm's boards have no PCI here: everything is in their device tree. */
const virt = {
  emulated: true,
  network: 'virtio-net-device,netdev=net',
  disk: 'virtio-blk-device,drive=disk',
  random: 'virtio-rng-device',
  console: 'ttyAMA0',
  // Debian's kernel has a file for each of its tracepoints: 7 MB of RAM that no small device spends on that.
  append: ['initcall_blacklist=tracer_init_tracefs', 'cma=0', fixedAddresses],
};

const arm64: Board = {
  ...virt,
  qemu: 'qemu-system-aarch64',
  machine: ['-machine', 'virt', '-cpu', 'cortex-a53'],
};

const boards: Partial<Record<DeviceName, Board>> = {
  'sbc-uefi': { ...pc, machine: ['-machine', 'q35,usb=off'] },
  'ap-arm64': arm64,
  'uboot-file': arm64,
  'uboot-env': arm64,
  'pi-slots': { ...arm64, firmware: join(labDir, 'recipes/pi-slots/firmware') },
  'gw-armhf': {
    ...virt,
    qemu: 'qemu-system-arm',
    machine: ['-machine', 'virt,highmem=off', '-cpu', 'cortex-a15'],
  },
  'router-mipsel': {
    qemu: 'qemu-system-mipsel',
    machine: ['-machine', 'malta', '-cpu', '24Kc'],
    emulated: true,
    network: 'virtio-net-pci,netdev=net,romfile=',
    disk: 'virtio-blk-pci,drive=disk',
    random: 'virtio-rng-pci',
    console: 'ttyS0',
    // Where the kernel puts itself by chance, little RAM may be too little for it and its initramfs.
    append: ['nokaslr', 'initcall_blacklist=tracer_init_tracefs', fixedAddresses],
  },
};

export function boardOf(name?: DeviceName): Board {
  return (name === undefined ? undefined : boards[name]) ?? pc;
}
