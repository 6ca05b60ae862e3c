/** A guest in maintenance with a medium of each kind of target, and the command line that works on it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emmcModule } from '../../lab/build/emmc.js';
import { writeGpt } from '../../lab/build/gpt.js';
import { runSsh, startProxy, type InitramfsMachine, type Proxy } from '../../lab/index.js';
import { writeSshConfig } from '../../lab/ssh.js';
import { startCommand, type Command } from '../command.js';
import { minutes, type Ended } from '../lines.js';
import { bootMaintenance, guestDrivers } from '../maintenance-guest.js';

const mib = 1024 * 1024;
const host = 'media';

/** Where the partition begins, and how many bytes it and the other disks have. */
const partition = { from: mib, bytes: 64 * mib };

/** Those that are made for trees, behind what their modules ask the kernel for by name. */
const fileSystems = ['crc32_generic', 'zstd', 'ext4', 'f2fs', 'ubifs', 'squashfs', 'overlay'];

/** What a guest has otherwise than usual. */
export interface MediaOptions {
  /** Parameters of nandsim that say what is wrong with its chip. */
  chip?: string;
  /** Disks besides, which come as vde and so on: a file of 26 MiB each, of which a sector fails. */
  failing?: FailingDisk[];
  /** What of a target is never written, as the profile says it. */
  keep?: Partial<Record<'partition' | 'nand', string>>;
}

/** A disk whose sector cannot be read, or not be written. */
interface FailingDisk {
  /** The target that it is. */
  target: string;
  on: 'read' | 'write';
  sector: number;
  /** Whether it fails only once. */
  once: boolean;
}

/** The nodes of these disks, in their order. */
const nodeOf = (index: number): string => `/dev/vd${'efgh'[index]}`;

const kept = (keep: string | undefined): string => (keep === undefined ? '' : `, keep: ${keep}`);

/** What loads the drivers of all its media. */
const drivers = [...guestDrivers, 'block2mtd', 'nandsim', 'ubi', 'mmc_block', ...fileSystems];

const profile = (
  kernel: string,
  emmc: string,
  { failing = [], keep = {} }: Pick<MediaOptions, 'failing' | 'keep'>,
): string => `
name: media
arch: x86_64
device: { compatible: [any] }
root:
  from: [debian, { sysroot: '${kernel}' }]
  modules: { names: [${drivers.join(', ')}] }
  files: { /lib/emmc.ko: '${emmc}' }
services:
  network: { address: 10.0.2.15/24 }
  sshd: { authorized-keys: [./key.pub] }
safety: { contact-timeout: 1h }
flash:
  targets:
    disk: { block: /dev/vda }
    partition: { partition: { label: system }${kept(keep.partition)} }
    nor: { mtd: nor }
    boot: { block: /dev/mmcblk0boot0 }
    nand: { nand: mtd0${kept(keep.nand)} }
    layout: { ubi: { mtd: mtd0 } }
    volume: { ubi-volume: system, on: { mtd: mtd0 } }
    ext4: { ext4-tree: { partition: { label: system } }, label: made }
    f2fs: { f2fs-tree: { partition: { label: system } }, label: made }
    ubifs: { ubifs-tree: system, on: { mtd: mtd0 } }
    data: { ubifs-tree: data, on: { mtd: mtd0 } }
    firmware: { sysupgrade: { mtd: mtd0 } }
${failing.map(({ target }, index) => `    ${target}: { block: ${nodeOf(index)} }\n`).join('')}`;

/** The bytes of the chip's pages with their spare ones, as nandsim keeps them in a file: 64 MiB in pages of 2 KiB. */
const chipBytes = 32 * 1024 * (2048 + 64);

/**
 * The chip has bad eraseblocks; modules of an archive take no parameters when they are loaded. All flash lies on disks, so that
 * what is written to it is counted there.
 */
const setUp = (chip: string): string => `
busybox rmmod nandsim
busybox insmod "$(find "/usr/lib/modules/$(uname -r)" -name nandsim.ko)" ${chip} \\
  first_id_byte=0x20 second_id_byte=0xa2 third_id_byte=0x00 fourth_id_byte=0x15 cache_file=/dev/vdd
echo /dev/vdc,64KiB,nor >/sys/module/block2mtd/parameters/block2mtd
busybox insmod /lib/emmc.ko
tries=0
until [ -e /dev/mmcblk0boot0 ] || [ $((tries += 1)) -gt 300 ]; do usleep 100000; done
`;

export class MediaGuest {
  private constructor(
    private readonly machine: InitramfsMachine,
    readonly dir: string,
    /** The link that all commands go over. */
    readonly proxy: Proxy,
    private readonly sshConfig: string,
  ) {}

  /** Boots it, and makes this machine known to it, as `levitate enter` does where another machine has entered a device. */
  static async boot(options: MediaOptions = {}): Promise<MediaGuest> {
    const { chip = 'badblocks=7,8,100,300', failing = [] } = options;
    const dir = await mkdtemp(join(tmpdir(), 'levitate-media-'));
    for (const name of ['disk', 'parted', 'nor'])
      await usedDisk(join(dir, name), name === 'parted');
    await writeFile(join(dir, 'chip'), '');
    await truncate(join(dir, 'chip'), Math.ceil(chipBytes / mib) * mib);
    for (const { target } of failing) await usedDisk(join(dir, target), false);
    const emmc = await emmcModule();
    const machine = await bootMaintenance(dir, (kernel) => profile(kernel, emmc, options), {
      disk: join(dir, 'disk'),
      extraQemuArgs: [
        ...['parted', 'nor', 'chip'].flatMap((name) => furtherDisk(dir, name)),
        ...failing.flatMap((disk) => failingDisk(dir, disk)),
      ],
      memoryMiB: 512,
    });
    const proxy = await startProxy(machine.port);
    const guest = new MediaGuest(machine, dir, proxy, await trustingConfig(dir, proxy.port));
    try {
      await guest.sh(setUp(chip));
      const { exit, last } = await guest.start('enter').ended;
      if (exit !== 0) throw new Error(`enter failed: ${JSON.stringify(last)}`);
      return guest;
    } catch (error) {
      await guest.stop();
      throw error;
    }
  }

  /** Runs a script in the guest; fails if it fails. */
  async sh(script: string): Promise<string> {
    const options = { input: `set -eu\n${script}`, timeoutMs: minutes(2) };
    const { exitCode, stdout, stderr } = await runSsh(this.sshConfig, host, 'sh -s', options);
    if (exitCode !== 0) throw new Error(`${script}: exit ${exitCode}\n${stdout}\n${stderr}`);
    return stdout.trim();
  }

  start(command: string, words: string[] = []): Command {
    return startCommand([command, '-F', this.sshConfig, host, ...words], join(this.dir, 'state'));
  }

  flash(image: string): Command {
    return this.start('flash', [image, '--yes']);
  }

  run(image: string): Promise<Ended> {
    return this.flash(image).ended;
  }

  /** The first bytes of one of its disks, of the partition where it has one, as they are on this machine. */
  async onDisk(name: 'disk' | 'parted' | 'nor', bytes: number): Promise<Buffer> {
    const content = await readFile(join(this.dir, name));
    const from = name === 'parted' ? partition.from : 0;
    return content.subarray(from, from + bytes);
  }

  async stop(): Promise<void> {
    await this.proxy.close();
    await this.machine.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** A disk that was used before, whole or with a partition `system`. */
async function usedDisk(path: string, isParted: boolean): Promise<void> {
  const sector = 512;
  const bytes = partition.bytes + (isParted ? 2 * mib : 0);
  await writeFile(path, randomBytes(bytes));
  if (!isParted) return;
  const disk = await open(path, 'r+');
  const sectors = partition.bytes / sector;
  const system = {
    name: 'system',
    type: 'linux' as const,
    start: partition.from / sector,
    sectors,
  };
  await writeGpt(disk, bytes / sector, [system], Buffer.alloc(440), 'media');
  await disk.close();
}

const furtherDisk = (dir: string, id: string): string[] => [
  ...['-drive', `if=none,id=${id},file=${join(dir, id)},format=raw,cache=unsafe`],
  ...['-device', `virtio-blk-pci,drive=${id}`],
];

/** A disk of which QEMU's blkdebug lets a sector fail, as the drive of a controller does. */
function failingDisk(dir: string, { target, on, sector, once }: FailingDisk): string[] {
  const rule = { event: 'none', iotype: on, sector, errno: 5, once: once ? 'on' : 'off' };
  const drive = [
    ...['if=none', `id=${target}`, 'format=raw', 'cache=unsafe', 'file.driver=blkdebug'],
    `file.image.filename=${join(dir, target)}`,
    ...Object.entries(rule).map(([name, value]) => `file.inject-error.0.${name}=${value}`),
  ];
  return [
    ...['-drive', drive.join(',')],
    ...['-device', `virtio-blk-pci,drive=${target},werror=report,rerror=report`],
  ];
}

/** An ssh_config for a system that made its own host keys. */
async function trustingConfig(dir: string, port: number): Promise<string> {
  const path = await writeSshConfig(dir, host, port);
  const config = (await readFile(path, 'utf8'))
    .replace(/StrictHostKeyChecking yes/, 'StrictHostKeyChecking no')
    .replace(/UserKnownHostsFile .*/, 'UserKnownHostsFile /dev/null');
  await writeFile(path, `${config}  LogLevel ERROR\n`);
  return path;
}
