/** A machine that starts from its disk or, where that holds nothing, from a TFTP server: QEMU's own. */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../free-port.js';
import { consoleText } from './console.js';
import { killQemu, startQemu } from './qemu.js';
import type { Namespace } from './namespace.js';
import { runSsh, waitForBanner, writeSshConfig } from './ssh.js';

/** Of each machine: its board, its RAM, what it is told of its disk and its network, and the file that its DHCP server names. */
const machines = {
  /** A 64-bit ARM board with Debian's U-Boot. */
  'u-boot': {
    board: 'ap-arm64' as const,
    memoryMiB: 512,
    args: ['-bios', '/usr/lib/u-boot/qemu_arm64/u-boot.bin'],
    disk: 'virtio-blk-device,drive=disk',
    network: 'virtio-net-device,netdev=net',
    bootfile: 'boot.scr.uimg',
  },
  /** A PC whose network card has iPXE. */
  ipxe: {
    board: undefined,
    memoryMiB: 512,
    args: ['-machine', 'graphics=off'],
    disk: 'virtio-blk-pci,drive=disk,addr=4,bootindex=1',
    network: 'virtio-net-pci,netdev=net,addr=3,bootindex=2',
    bootfile: 'boot.ipxe',
  },
};

/** The address of a guest's systems in the lab, and the MAC address that QEMU gives the first card. */
export const [guestAddress, guestMac] = ['10.0.2.15', '52:54:00:12:34:56'];

/** How a machine boots over the network. */
export type NetbootLoader = keyof typeof machines;

/** What a machine that boots over the network is made of. */
export interface NetbootOptions {
  loader: NetbootLoader;
  /** The folder of the TFTP server; or a network of its own, in which a server of the test answers. */
  tftp: string | Namespace;
  /** Where its disk and its logs go. */
  dir: string;
  /** Bytes of its disk, on which there is nothing. */
  diskBytes: number;
}

export class NetbootMachine {
  private constructor(
    private readonly options: NetbootOptions,
    private readonly port: number,
    /** An OpenSSH config with the machine's loader as its alias, the lab's key, and the lab's host keys. */
    readonly sshConfig: string,
  ) {}

  /** A machine with an empty disk; it is off. */
  static async make(options: NetbootOptions): Promise<NetbootMachine> {
    const { dir, loader, diskBytes } = options;
    await mkdir(dir, { recursive: true });
    const disk = await open(join(dir, 'disk.img'), 'w');
    await disk.truncate(diskBytes);
    await disk.close();
    if (typeof options.tftp !== 'string')
      return new NetbootMachine(options, 22, await writeSshConfig(dir, loader, 22, guestAddress));
    const port = await freePort();
    return new NetbootMachine(options, port, await writeSshConfig(dir, loader, port));
  }

  /** Power on, and wait until something answers at its SSH port; in a network of its own, the test has to wait. */
  async start(): Promise<void> {
    const { dir, loader, tftp } = this.options;
    const { board, memoryMiB, args, disk, network, bootfile } = machines[loader];
    const drive = `if=none,id=disk,file=${join(dir, 'disk.img')},format=raw,cache=unsafe`;
    await startQemu({
      ...{ dir, memoryMiB, sshPort: this.port, detached: false },
      ...(board ? { name: board } : {}),
      network:
        typeof tftp === 'string'
          ? { device: network, netdev: `tftp=${tftp},bootfile=${bootfile}` }
          : { device: network, namespace: tftp },
      args: [...args, '-drive', drive, '-device', disk],
    });
    if (typeof tftp !== 'string') return;
    await waitForBanner(this.port, 10 * 60_000).catch(async (cause: unknown) => {
      throw new Error((await this.console()).slice(-3000), { cause });
    });
  }

  /** Power off, hard. */
  cut(): Promise<void> {
    return killQemu(this.options.dir);
  }

  /** Runs a command of its own shell; gives what that prints. */
  async sh(command: string): Promise<string> {
    const { loader, tftp } = this.options;
    const { stdout } =
      typeof tftp === 'string'
        ? await runSsh(this.sshConfig, loader, command)
        : await tftp.run('ssh', ['-F', this.sshConfig, loader, command]);
    return stdout.trim();
  }

  /** Everything that its serial console has said. */
  console(): Promise<string> {
    return consoleText(join(this.options.dir, 'console.log'));
  }
}
