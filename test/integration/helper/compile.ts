import { execa } from 'execa';
import { resolve } from 'node:path';

/** Sanitizers of the compiler; that of addresses takes terabytes of addresses, which a limited process does not get. */
const sanitizers = { addresses: 'address,undefined', limited: 'undefined' };

/** Functions of the C library that a source file stands for. */
interface StandIn {
  source: string;
  wrapped: string[];
}

/** Compiles the helper for this machine, so that reading beyond a buffer and the like end it with a report. */
export async function sanitizedHelper(
  out: string,
  which: keyof typeof sanitizers = 'addresses',
  { source, wrapped }: Partial<StandIn> = {},
): Promise<string> {
  const checked = `-fsanitize=${sanitizers[which]} -fno-sanitize-recover=all`;
  const stand = source === undefined ? '' : `${resolve(source)} `;
  const wraps = (wrapped ?? []).map((name) => `-Wl,--wrap=${name}`).join(' ');
  // Optimising takes most of a compiler's time, and nothing here is measured.
  const env = { FLAGS: `-O0 -g ${checked} -fstack-protector-all`, LINK: stand + wraps };
  await execa('sh', ['initramfs/helper/build.sh', 'gcc', resolve(out)], { env });
  return out;
}

/** Buffers stay until the process ends. */
export const sanitizerEnv = { ASAN_OPTIONS: 'detect_leaks=0' };
