/** What the idle maintenance root takes of RAM: its files, and its processes beside those of the kernel. */
import { Levitate } from '../e2e/levitate.js';
import { readyRoots } from '../lab/build/roots.js';

export interface MemoryFigures {
  filesBytes: number;
  processBytes: number;
}

/** Unpacked files as tmpfs counts them; private and shared anonymous pages of every process (proc(5), smaps_rollup). */
export async function memoryFigures(from: 'debian' | 'ready'): Promise<MemoryFigures> {
  if (from === 'ready') process.env['LEVITATE_ROOTS'] = await readyRoots('x86_64');
  const levitate = await Levitate.at('router-ubi');
  try {
    await levitate.enter(await levitate.profile({ 'root.from': from }));
    const files = await levitate.device.sh("df -k / | awk 'NR > 1 { print $3 }'");
    const anonymous = await levitate.device.sh(
      "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Anonymous:/ { sum += $2 } END { print sum }'",
    );
    return { filesBytes: Number(files) * 1024, processBytes: Number(anonymous) * 1024 };
  } finally {
    await levitate.close();
  }
}
