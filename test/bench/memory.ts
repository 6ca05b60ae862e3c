/** What the idle maintenance root takes of RAM: its files, and its processes beside those of the kernel. */
import { Levitate } from '../e2e/levitate.js';
import { buildSysroot } from '../lab/build/sysroot.js';

export interface MemoryFigures {
  filesBytes: number;
  processBytes: number;
}

/** Unpacked files as tmpfs counts them; private and shared anonymous pages of every process (proc(5), smaps_rollup). */
export async function memoryFigures(from: 'debian' | 'musl'): Promise<MemoryFigures> {
  const source = from === 'debian' ? from : { sysroot: await buildSysroot('amd64-musl') };
  const levitate = await Levitate.at('router-ubi');
  try {
    await levitate.enter(await levitate.profile({ 'root.from': source }));
    const files = await levitate.device.sh("df -k / | awk 'NR > 1 { print $3 }'");
    const anonymous = await levitate.device.sh(
      "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Anonymous:/ { sum += $2 } END { print sum }'",
    );
    return { filesBytes: Number(files) * 1024, processBytes: Number(anonymous) * 1024 };
  } finally {
    await levitate.close();
  }
}
