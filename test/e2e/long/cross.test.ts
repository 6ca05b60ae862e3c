/** Archives for processors that no device of the lab has: built from a sysroot, rehearsed and logged in to under qemu-user. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { build } from '../../../src/index.js';
import { buildSysroot, type SysrootName } from '../../lab/build/sysroot.js';
import { labKeys } from '../../lab/index.js';
import { emulatedRoot, port } from '../emulated-root.js';
import { minutes } from '../lines.js';

interface Row {
  sysroot: SysrootName;
  arch: string;
  emulator: string;
  /** What a kernel that the emulator plays calls the architecture. */
  kernel: string;
  /** The one of its family that differs in byte order or floating point. */
  other: string;
}

const rows: Row[] = [
  {
    sysroot: 'riscv64',
    arch: 'riscv64',
    emulator: 'qemu-riscv64-static',
    kernel: 'riscv64',
    other: 'aarch64',
  },
  { sysroot: 'mips', arch: 'mips', emulator: 'qemu-mips-static', kernel: 'mips', other: 'mipsel' },
  {
    sysroot: 'armel',
    arch: 'armv5',
    emulator: 'qemu-arm-static',
    kernel: 'armv7l',
    other: 'armv7',
  },
];

let dir: string;
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Builds the archive of a router's profile from the sysroot. */
async function archive(sysroot: SysrootName, arch: string): Promise<string> {
  const keys = await labKeys();
  const profile = {
    name: 'cross',
    arch,
    root: { from: { sysroot: await buildSysroot(sysroot) }, tools: ['ubinfo', 'nandwrite'] },
    services: { sshd: { 'authorized-keys': [`${keys.userKey}.pub`] } },
    flash: { targets: { layout: { ubi: { mtd: 'ubi' } } } },
  };
  await writeFile(join(dir, 'profile.yaml'), stringify(profile));
  const output = join(dir, 'archive.cpio.gz');
  await build({ profile: join(dir, 'profile.yaml'), output });
  return output;
}

test.each(rows)('$arch', { timeout: minutes(30) }, async (row) => {
  const { sysroot, arch, emulator, kernel, other } = row;
  dir = await mkdtemp(join(tmpdir(), 'levitate-cross-'));
  await expect(archive(sysroot, other)).rejects.toMatchObject({
    code: 'WRONG_ARCHITECTURE',
    message: `/usr/bin/busybox is for ${arch}, the profile is for ${other}`,
  });
  const root = await emulatedRoot(await archive(sysroot, arch), emulator);
  try {
    const init = await root.run('in_root /usr/bin/busybox sh /init || echo "status $?"');
    expect(init).toBe('init: to be run as PID 1, or with --self-test\nstatus 1');

    const carried = `for type in ed25519 rsa; do
        in_root /usr/bin/dropbearconvert openssh dropbear "/mnt/ssh_host_\${type}_key" \\
          "/etc/dropbear/dropbear_\${type}_host_key"
      done >"$root/tmp/log" 2>&1`;
    const rehearsed = await root.run(
      `${carried}\n export LEVITATE_MARK=mark\n in_root /usr/bin/busybox sh /init --self-test`,
    );
    expect(rehearsed).toBe('@mark rehearsed=yes mark@');

    const answers = await root.run(`
      echo LEVITATE_SSHD_PORT=${port} >"$root/etc/levitate/entry.conf"
      mkdir "$root/run/levitate"
      echo released >"$root/run/levitate/phase"
      echo 0 >"$root/run/levitate/started"
      in_root /usr/bin/busybox sh /usr/lib/levitate/services/sshd 2>"$root/tmp/sshd" &
      for try in $(seq 60); do
        over_ssh true 2>"$root/tmp/log" && break
        sleep 1
      done
      over_ssh 'uname -m; flasher status; ubiformat --version'`);
    const [machine, status, version] = answers.split('\n');
    expect(machine).toBe(kernel);
    expect(JSON.parse(status ?? '')).toMatchObject({ name: 'cross', phase: 'released' });
    expect(version).toMatch(/^ubiformat \(mtd-utils\) 2/);
  } finally {
    await root.remove();
  }
});
