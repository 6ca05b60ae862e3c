/** Rows of a UBI: levitate in turns with the programs of mtd-utils, fed over ssh. */
import { deviceArtifacts } from '../../lab/index.js';
import { sizeOf, type Bed } from './bed.js';
import { flash, ratioRow, type Row } from './measure.js';

const rounds = 3;

/**
 * Two images in turns, so that each write changes something.
 * @param rival what a person would type for `$1`, which has `$2` bytes
 */
async function contest(
  bed: Bed,
  {
    what,
    target,
    images,
    rival,
  }: { what: string; target: string; images: [string, string]; rival: string },
): Promise<Row[]> {
  const turns: { ours: number; against: number }[] = [];
  const [ours, theirs] = images;
  for (let round = 0; round < rounds; round += 1) {
    const { write } = await flash(bed, `${target}=${ours}`);
    const connection = await bed.shell('on true', {}, []);
    const size = String(await sizeOf(theirs));
    const against = (await bed.shell(rival, {}, [theirs, size])) - connection;
    turns.push({ ours: write, against });
  }
  return [ratioRow(`${what}, write`, 'ssh cat', 1.1, turns)];
}

export const ubiRows: Record<string, (bed: Bed) => Promise<Row[]>> = {
  layout: async (bed) => {
    const { v1, v2 } = await deviceArtifacts('router-ubi');
    const mtd = await bed.sh(`sed -n 's/^\\(mtd[0-9]*\\): .*"ubi"$/\\1/p' /proc/mtd`);
    return contest(bed, {
      what: 'UBI layout',
      target: 'layout',
      images: [v2.ubi, v1.ubi],
      rival: `on "ubidetach -p /dev/${mtd} >/dev/null 2>&1; ubiformat /dev/${mtd} -y -q -S $2 -f - && sync" <"$1"`,
    });
  },
  volume: async (bed) => {
    const { v1, v2 } = await deviceArtifacts('router-ubi');
    const volume = `$(cd /sys/class/ubi && grep -lx rootfs ubi*_*/name | cut -d / -f 1)`;
    return contest(bed, {
      what: 'UBI volume',
      target: 'system',
      images: [v2.rootfs, v1.rootfs],
      rival: `on 'ubiupdatevol "/dev/${volume}" -s '"$2"' - && sync' <"$1"`,
    });
  },
};
