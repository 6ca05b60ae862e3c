/** What the idle maintenance root takes of RAM: its files, and its processes beside those of the kernel. */
import { Bench } from '../e2e/help.js';

export interface MemoryFigures {
  filesBytes: number;
  processBytes: number;
}

/** Unpacked files as tmpfs counts them; private and shared anonymous pages of every process (proc(5), smaps_rollup). */
export async function memoryFigures(): Promise<MemoryFigures> {
  const bench = await Bench.at('router-ubi');
  try {
    await bench.enter(await bench.profile());
    const files = await bench.device.sh("df -k / | awk 'NR > 1 { print $3 }'");
    const anonymous = await bench.device.sh(
      "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Anonymous:/ { sum += $2 } END { print sum }'",
    );
    return { filesBytes: Number(files) * 1024, processBytes: Number(anonymous) * 1024 };
  } finally {
    await bench.close();
  }
}
