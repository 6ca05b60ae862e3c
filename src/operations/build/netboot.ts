import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { netbootFiles } from '../../boot-image/netboot.js';
import { netbootDevice } from '../../boot-image/netboot-device.js';
import type { ServedFile } from '../../boot-image/served-file.js';
import { LevitateError } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import type { Architecture } from '../../profile/schema.js';
import { writeOutput } from '../../shared/atomic-file.js';

/** How devices that boot over the network get the archive. */
export interface NetbootOptions {
  /** The folder of a TFTP server, into which the archive and `kernel` are laid out for each boot loader; needs `kernel`. */
  netboot?: string;
  /**
   * The one device that they are for: the address of its network card, or the serial number of a Raspberry Pi. Without it, each
   * device that asks.
   */
  netbootFor?: string;
  /** Words of the command line of the kernel there. */
  append?: string;
}

/** The folder that devices boot from. */
export interface Netboot {
  /** Its path. */
  folder: string;
  /** The paths of the files that were laid out, below it. */
  files: string[];
}

/** The kernel that boots the archive, and its device tree. */
interface Kernel {
  kernel: Uint8Array;
  deviceTree?: Uint8Array;
}

/**
 * Plans the folder of a TFTP server; what others have laid out there is refused before anything is built.
 * @returns a function that lays the files out, once the archive is there
 * @throws LevitateError USAGE, OUTPUT_FAILED
 */
export async function netbootFolder(
  folder: string,
  { name, arch }: Profile,
  { netbootFor, append = '' }: NetbootOptions,
  kernel: Kernel,
): Promise<(archive: Uint8Array) => Promise<Netboot>> {
  const device = netbootFor === undefined ? undefined : netbootDevice(netbootFor);
  if (device?.serial !== undefined && !raspberryPis.includes(arch))
    throw new LevitateError('USAGE', `a Raspberry Pi is no ${arch}`, {
      hint: 'Give --for the address of its network card, as 52:54:00:12:34:56.',
    });
  if (/[\n\r]/.test(append))
    throw new LevitateError('USAGE', 'the command line of a kernel is one line', {
      hint: 'Give --append words with blanks between.',
    });
  const files = (archive: Uint8Array): ServedFile[] =>
    netbootFiles({
      ...{ name, arch, archive, words: append, ...kernel },
      ...(device ? { device } : {}),
    });
  for (const { path, bytes } of files(new Uint8Array()))
    await refuseForeign(join(folder, path), bytes);
  return async (archive) => {
    const made = files(archive);
    // What names kernel and archive comes behind them.
    for (const { path, bytes } of made) await writeOutput(join(folder, path), bytes);
    return { folder, files: made.map(({ path }) => path) };
  };
}

const raspberryPis: readonly Architecture[] = ['aarch64', 'armv7'];

/** What tells at its beginning that levitate has made it takes the place of nothing else. */
async function refuseForeign(path: string, bytes: Uint8Array): Promise<void> {
  if (!isOurs(bytes)) return;
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(markedBytes), 0, markedBytes, 0);
  await file.close();
  if (isOurs(buffer.subarray(0, bytesRead))) return;
  throw new LevitateError(
    'OUTPUT_FAILED',
    `${path} is there already, and levitate has not made it`,
    { hint: 'Name another folder, or move that file away.' },
  );
}

const markedBytes = 256;
const isOurs = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, markedBytes)).includes('levitate');
