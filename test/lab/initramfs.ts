/** Boots an archive as an initramfs, on Debian's general kernel, with no disk unless one is given. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { boardOf } from './boards.js';
import { moduleClosure, packCpio } from './build/initramfs.js';
import { packages } from './build/packages.js';
import { cached, labDir } from './cache.js';
import { consoleText, waitForText } from './console.js';
import { diskArgs } from './hardware.js';
import { freePort } from '../free-port.js';
import { killQemu, qemuPid, startQemu } from './qemu.js';

export interface InitramfsOptions {
  /** The archive: a cpio, plain or compressed in any way that the kernel knows. */
  archive: string;
  memoryMiB?: number;
  /** More words for the kernel's command line. */
  append?: string;
  /** Kernel modules loaded before the archive's /init starts; by default those for disk and network. */
  modules?: string[];
  /** A raw disk image to run with, as /dev/vda; written to. */
  disk?: string;
  extraQemuArgs?: string[];
}

export interface InitramfsMachine {
  /** Port on 127.0.0.1 that leads to its port 22. */
  port: number;
  consolePath: string;
  console(): Promise<string>;
  waitForConsole(
    pattern: RegExp,
    options?: { timeoutMs?: number; from?: number },
  ): Promise<RegExpExecArray>;
  running(): Promise<boolean>;
  stop(): Promise<void>;
}

export async function bootInitramfs(options: InitramfsOptions): Promise<InitramfsMachine> {
  const { vmlinux } = await packages();
  const dir = await mkdtemp(join(tmpdir(), 'levitate-lab-'));
  const initrd = join(dir, 'initrd');
  const modules = options.modules ?? ['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_rng'];
  const drivers = modules.length === 0 ? undefined : await driverCpio(modules);
  await joinArchives([...(drivers === undefined ? [] : [drivers]), options.archive], initrd);
  const port = await freePort();
  const words = ['console=ttyS0', ...boardOf().append, 'net.ifnames=0', 'panic=-1'];
  if (drivers !== undefined) words.push('rdinit=/lab/init');
  await startQemu({
    dir,
    memoryMiB: options.memoryMiB ?? 256,
    sshPort: port,
    detached: false,
    args: [
      ...['-kernel', vmlinux, '-initrd', initrd],
      ...['-append', [...words, options.append ?? ''].join(' ').trim()],
      ...(options.disk === undefined ? [] : diskArgs(options.disk, {})),
      ...(options.extraQemuArgs ?? []),
    ],
  });
  const consolePath = join(dir, 'console.log');
  return {
    port,
    consolePath,
    console: () => consoleText(consolePath),
    waitForConsole: (pattern, wait) => waitForText(consolePath, pattern, wait),
    running: async () => (await qemuPid(dir)) !== undefined,
    stop: async () => {
      await killQemu(dir);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function driverCpio(modules: string[]): Promise<string> {
  const { busybox, modulesDir } = await packages();
  const recipe = ['recipes/initramfs', 'build/initramfs.ts'];
  const dir = await cached(
    'drivers',
    recipe,
    `${modulesDir} ${modules.join(' ')}`,
    async (scratch) => {
      const lab = join(scratch, 'tree/lab');
      await mkdir(join(lab, 'modules'), { recursive: true });
      await copyFile(busybox, join(lab, 'busybox'));
      const init = await readFile(join(labDir, 'recipes/initramfs/init'));
      await writeFile(join(lab, 'init'), init, { mode: 0o755 });
      for (const [index, module] of (await moduleClosure(modulesDir, modules)).entries()) {
        const name = `${String(index).padStart(2, '0')}-${basename(module)}`;
        await copyFile(module, join(lab, 'modules', name));
      }
      await packCpio(join(scratch, 'tree'), join(scratch, 'drivers.cpio.gz'));
      await rm(join(scratch, 'tree'), { recursive: true });
    },
  );
  return join(dir, 'drivers.cpio.gz');
}

/** The kernel unpacks archives one after the other; each starts at a multiple of four bytes. */
async function joinArchives(archives: string[], target: string): Promise<void> {
  const parts: Buffer[] = [];
  for (const archive of archives) {
    const bytes = await readFile(archive);
    parts.push(bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4));
  }
  await writeFile(target, Buffer.concat(parts));
}
