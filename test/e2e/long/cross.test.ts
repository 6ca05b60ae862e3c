/** Archives from ready roots of every architecture: rehearsed and logged in to under qemu-user. */
import { cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { build, type BuildResult } from '../../../src/index.js';
import type { Architecture } from '../../../src/profile/schema.js';
import { readyRoots } from '../../lab/build/roots.js';
import { labKeys } from '../../lab/index.js';
import { emulatedRoot, port } from '../emulated-root.js';
import { minutes } from '../lines.js';

interface Row {
  arch: Architecture;
  emulator: string;
  /** What a kernel that the emulator plays calls the architecture. */
  kernel: string;
}

const rows: Row[] = [
  { arch: 'x86_64', emulator: 'qemu-x86_64-static', kernel: 'x86_64' },
  { arch: 'i686', emulator: 'qemu-i386-static', kernel: 'i686' },
  { arch: 'aarch64', emulator: 'qemu-aarch64-static', kernel: 'aarch64' },
  { arch: 'armv7', emulator: 'qemu-arm-static', kernel: 'armv7l' },
  { arch: 'armv5', emulator: 'qemu-arm-static', kernel: 'armv7l' },
  { arch: 'mipsel', emulator: 'qemu-mipsel-static', kernel: 'mips' },
  { arch: 'mips', emulator: 'qemu-mips-static', kernel: 'mips' },
  { arch: 'mips64el', emulator: 'qemu-mips64el-static', kernel: 'mips64' },
  { arch: 'mips64', emulator: 'qemu-mips64-static', kernel: 'mips64' },
  { arch: 'riscv64', emulator: 'qemu-riscv64-static', kernel: 'riscv64' },
  { arch: 'ppc64le', emulator: 'qemu-ppc64le-static', kernel: 'ppc64le' },
  { arch: 's390x', emulator: 'qemu-s390x-static', kernel: 's390x' },
];

const shellTests = join(import.meta.dirname, '../../shell');

let dir: string;
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Builds the archive of a NAND router's profile from the ready root alone, with these services besides. */
async function archive(arch: Architecture, services: object = {}): Promise<BuildResult> {
  const keys = await labKeys();
  const profile = {
    name: 'cross',
    arch,
    root: { from: 'ready' },
    services: { sshd: { 'authorized-keys': [`${keys.userKey}.pub`] }, ...services },
    flash: { targets: { layout: { ubi: { mtd: 'ubi' } } } },
  };
  await writeFile(join(dir, 'profile.yaml'), stringify(profile));
  return build({ profile: join(dir, 'profile.yaml'), output: join(dir, 'archive.cpio.gz') });
}

test.each(rows)('$arch', { timeout: minutes(60) }, async ({ arch, emulator, kernel }) => {
  dir = await mkdtemp(join(tmpdir(), 'levitate-cross-'));
  vi.stubEnv('LEVITATE_ROOTS', await readyRoots(arch));
  const built = await archive(arch);
  console.log(`${arch}: ${(await stat(built.output)).size} bytes, unpacked ${built.unpackedBytes}`);
  expect((await stat(built.output)).size).toBeLessThan(1e6);
  expect(built.unpackedBytes).toBeLessThan(2.5 * 2 ** 20);
  expect(built.manifest.map(({ path }) => path)).not.toContain('/usr/sbin/wpa_supplicant');

  const { output } = await archive(arch, { wifi: { interface: 'wlan0' } });
  const root = await emulatedRoot(output, emulator);
  try {
    const init = await root.run('in_root /usr/bin/busybox sh /init || echo "status $?"');
    expect(init).toBe('init: to be run as PID 1, or with --self-test\nstatus 1');

    // What PID 1 of the old system had blocked or ignored does not stay so.
    const signals = await root.run(`
      trap '' HUP INT
      exec 3>"$root/tmp/log"
      in_root /usr/bin/env --default-signal /usr/bin/busybox sh -c 'echo runs; kill -INT $$; echo ignored' 2>&3 || :
      in_root /usr/bin/env NAME=value /usr/bin/busybox sh -c 'echo "$NAME"'`);
    expect(signals).toBe('runs\nvalue');

    const carried = `for type in ed25519 rsa; do
        in_root /usr/bin/dropbearconvert openssh dropbear "/mnt/ssh_host_\${type}_key" \\
          "/etc/dropbear/dropbear_\${type}_host_key"
      done >"$root/tmp/log" 2>&1`;
    const rehearsed = await root.run(
      `${carried}\n export LEVITATE_MARK=mark\n in_root /usr/bin/busybox sh /init --self-test`,
    );
    expect(rehearsed).toBe('@mark rehearsed=yes mark@');

    // What another wpa_supplicant understands, and this one not, is found before anything is armed.
    const wifi = await root.run(`
      in_root /usr/sbin/wpa_supplicant -v | grep -v Copyright
      mkdir -p "$root/etc/wpa_supplicant"
      export LEVITATE_MARK=mark
      for management in 'WPA-PSK SAE' 'WPA-EAP' 'ROT-13'; do
        printf 'network={\\nssid="home"\\npsk="correct horse"\\nkey_mgmt=%s\\neap=PEAP TTLS TLS\\n}\\n' "$management" \\
          >"$root/etc/wpa_supplicant/wpa_supplicant.conf"
        in_root /usr/bin/busybox sh /init --self-test || :
      done`);
    expect(wifi.split('\n')).toEqual([
      expect.stringMatching(/^wpa_supplicant v2/),
      '@mark rehearsed=yes mark@',
      '@mark rehearsed=yes mark@',
      '@mark rehearsal-failed=wpa_supplicant of this root does not understand line 4 of the Wi-Fi configuration mark@',
    ]);

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

    // A whole write, onto a file: an image is opened, fed, finished and hashed.
    await cp(join(shellTests, 'harness.sh'), join(root.folder, 'harness.sh'));
    const kind = 'usr/lib/levitate/flasher/kinds/file.sh';
    await cp(join(shellTests, 'kind-file.sh'), join(root.folder, kind));
    await cp(join(shellTests, 'scenarios/feed-whole.sh'), join(root.folder, 'feed-whole.sh'));
    const fed = await root.run('in_root /usr/bin/busybox sh -eu /feed-whole.sh');
    expect(fed).toBe('all is as it should be');
  } finally {
    await root.remove();
  }
});
