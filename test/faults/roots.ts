/** The maintenance root as the devices of the trials have it: built and unpacked once, with a few files of each device. */
import { execa } from 'execa';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from '../../src/index.js';
import { generateKeyPair, type KeyPair } from '../../src/ssh/key-pair.js';
import { labKeys } from '../lab/index.js';
import type { Build } from './content.js';
import { sweepOnSignal } from './sweep.js';

const here = import.meta.dirname;

/** What is each device's own. */
interface Own {
  /** Where its sshd listens, on 127.0.0.1. */
  port: number;
  entryId: string;
}

export class Roots {
  /** Undoes what a signal does. */
  readonly #keep: () => void;

  private constructor(
    /** All that the trials have stands in it, in RAM. */
    readonly folder: string,
    /** The key by which one logs in to a maintenance system. */
    readonly entryKey: KeyPair,
  ) {
    this.#keep = sweepOnSignal(folder);
  }

  /** Builds the root, and unpacks it. */
  static async make(): Promise<Roots> {
    const folder = await mkdtemp('/dev/shm/levitate-faults-');
    const roots = new Roots(folder, await generateKeyPair('entry'));
    const archive = join(folder, 'archive.cpio.gz');
    await build({ profile: join(here, 'profile.yaml'), output: archive });
    const root = roots.base;
    await mkdir(root);
    await execa('sh', [
      '-c',
      'cd "$1" && gzip -dc "$2" | cpio -idm --quiet -f "dev/*"',
      'unpack',
      root,
      archive,
    ]);
    const { dir } = await labKeys();
    for (const type of ['ed25519', 'rsa'])
      await cp(
        join(dir, `dropbear_${type}_host_key`),
        join(root, `etc/dropbear/dropbear_${type}_host_key`),
      );
    const flasher = join(root, 'usr/lib/levitate/flasher');
    for (const kind of ['mtd', 'nand', 'ext4-tree'])
      await cp(join(flasher, `kinds/${kind}.sh`), join(flasher, `${kind}-in-place.sh`));
    await cp(join(here, 'device/kinds'), join(flasher, 'kinds'), { recursive: true });
    await cp(join(here, 'device/update-volume'), join(root, 'usr/sbin/update-volume'));
    // What this machine must not be told.
    const elsewhere = [
      ...['sysrq-trigger', 'sys/vm/drop_caches', 'sys/kernel/printk'].map((file) => [
        file,
        '/dev/null',
      ]),
      ['sys/kernel/random/boot_id', '/boot-id'],
    ].map(([file, other]) => `s|/proc/${file}|${other}|g`);
    await execa('sh', [
      ...['-c', 'find "$2" "$3" -type f -exec sed -i "$1" {} +', 'sed', elsewhere.join(';')],
      ...[join(root, 'usr/lib/levitate'), join(root, 'init')],
    ]);
    for (const flash of ['nor', 'nand']) {
      const source = resolve(`test/integration/helper/${flash}.c`);
      await execa(
        'sh',
        ['initramfs/helper/build.sh', 'gcc', join(root, `usr/lib/levitate/${flash}/helper`)],
        { env: { LINK: `-static -s ${source} -Wl,--wrap=ioctl -Wl,--wrap=pwrite64` } },
      );
    }
    await execa('gcc', [
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-o',
      roots.disk,
      join(here, 'device/disk.c'),
    ]);
    return roots;
  }

  /** The program that serves disks. */
  get disk(): string {
    return join(this.folder, 'disk');
  }

  /** The unpacked root. */
  get base(): string {
    return join(this.folder, 'root');
  }

  /** Writes the files of a system that are its own into a folder. */
  async writeOwn(system: 'maintenance' | Build, to: string, { port, entryId }: Own): Promise<void> {
    await rm(to, { recursive: true, force: true });
    for (const folder of ['etc/levitate', 'root/.ssh'])
      await mkdir(join(to, folder), { recursive: true, mode: 0o700 });
    const { userPublicKey } = await labKeys();
    const services = '/usr/lib/levitate/services';
    const isMaintenance = system === 'maintenance';
    const inittab = isMaintenance
      ? ['::sysinit:/rcS', `::respawn:${services}/sshd`, `::respawn:${services}/deadman`]
      : [`::respawn:${services}/sshd`];
    await writeFile(join(to, 'etc/inittab'), `${inittab.join('\n')}\n`);
    const keys = [userPublicKey, ...(isMaintenance ? [this.entryKey.publicKey] : [])];
    await writeFile(join(to, 'root/.ssh/authorized_keys'), `${keys.join('\n')}\n`, { mode: 0o600 });
    await writeFile(join(to, 'etc/build-id'), `${system}\n`);
    if (isMaintenance) await cp(join(here, 'device/rcS'), join(to, 'rcS'));
    const entry = [`LEVITATE_ENTRY_ID='${entryId}'`, `LEVITATE_SSHD_PORT='127.0.0.1:${port}'`];
    await writeFile(join(to, 'etc/levitate/entry.conf'), `${entry.join('\n')}\n`);
  }

  async remove(): Promise<void> {
    this.#keep();
    await rm(this.folder, { recursive: true, force: true });
  }
}
