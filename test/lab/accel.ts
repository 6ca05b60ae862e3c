/** Which accelerator QEMU gets: KVM where a kernel really boots on it, else TCG. */
import { access, constants, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { packages } from './build/packages.js';
import { cacheDir, withLock } from './cache.js';

export type Accel = 'kvm' | 'tcg';

let answer: Promise<Accel> | undefined;

/** The accelerator; `LEVITATE_LAB_ACCEL=kvm|tcg` forces one. Tried out once for each boot of this machine. */
export async function accelerator(): Promise<Accel> {
  const forced = process.env['LEVITATE_LAB_ACCEL'];
  if (forced === 'kvm' || forced === 'tcg') return forced;
  if (forced !== undefined && forced !== '') {
    throw new Error(`lab: LEVITATE_LAB_ACCEL is kvm or tcg, not ${forced}`);
  }
  answer ??= findOut();
  return answer;
}

/** QEMU's arguments for it. */
export function accelArgs(accel: Accel): string[] {
  if (accel === 'kvm') return ['-accel', 'kvm', '-cpu', 'max'];
  // Five-level page tables only make emulation slower. The buffer of translated code is kept small enough to overflow
  // now and then: QEMU does not drop translations at a reset, and then each write of GRUB and of the unpacking kernel
  // over what once was code goes the slow way, which makes a warm boot of the sbc half a minute longer.
  // With ERMS a kernel clears and copies pages byte by byte, which real processors do fast and QEMU does one at a time.
  // The C library takes AVX where there is any, and each switch of processes saves its registers; both are slower emulated.
  // SMAP brackets each copy from and to a process, and PCID spares real processors flushes that QEMU does all the same: a
  // shell script's many short processes pay for both.
  const cpu = 'max,-la57,-erms,-smep,-smap,-pcid,-avx,-avx2,-fma,-f16c';
  return ['-accel', 'tcg,thread=multi,tb-size=96', '-cpu', cpu];
}

async function findOut(): Promise<Accel> {
  const usable = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!usable) return 'tcg';
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const note = join(cacheDir, `accel-${bootId}`);
  return withLock('accel', async () => {
    const known = await readFile(note, 'utf8').catch(() => '');
    if (known === 'kvm' || known === 'tcg') return known;
    const found = (await kernelBootsOnKvm()) ? 'kvm' : 'tcg';
    await mkdir(cacheDir, { recursive: true });
    await writeFile(note, found);
    return found;
  });
}

/** A kernel without a root panics within two seconds on a KVM that works, and with `panic=-1` leaves QEMU. */
async function kernelBootsOnKvm(): Promise<boolean> {
  const { bzImage } = await packages();
  const args = ['-nodefaults', '-display', 'none', '-no-reboot', '-m', '128', '-serial', 'stdio'];
  const append = ['-kernel', bzImage, '-append', 'console=ttyS0 panic=-1'];
  const trial = await execa('qemu-system-x86_64', [...accelArgs('kvm'), ...args, ...append], {
    reject: false,
    timeout: 8000,
    forceKillAfterDelay: 500,
    stdin: 'ignore',
  });
  return trial.stdout.includes('Kernel panic - not syncing');
}
