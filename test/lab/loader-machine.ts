/** A machine that is switched off as soon as its boot loader says which slot it starts: what that makes of a disk, without its systems. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlotsName } from './artifacts.js';
import { waitForText } from './console.js';
import { hardwareArgs } from './hardware.js';
import { killQemu, startQemu } from './qemu.js';
import { freePort } from '../free-port.js';

/** What GRUB's configuration says, or the kernel that UEFI or its boot loader has started. */
const said = /(?:Starting slot |levitate\.slot=)(\w+)/;

/** The slots that the boot loader says it starts from a disk as it is, one a power-on. */
export async function startedSlots(
  disk: string,
  times: number,
  name: SlotsName = 'sbc-slots',
): Promise<string[]> {
  const dir = await mkdtemp(join(tmpdir(), 'levitate-loader-'));
  const started: string[] = [];
  try {
    for (let from = 0; started.length < times;) {
      const options = { dir, name, memoryMiB: 256, detached: false };
      const args = await hardwareArgs(name, disk, {});
      await startQemu({ ...options, sshPort: await freePort(), args });
      const console = join(dir, 'console.log');
      const found = await waitForText(console, said, { timeoutMs: 600_000, from });
      started.push(found[1]!);
      from += found.index + found[0].length;
      await killQemu(dir);
    }
  } finally {
    await killQemu(dir);
    await rm(dir, { recursive: true, force: true });
  }
  return started;
}
