/** A sbc whose disk is larger than its images, so that there is room for a rescue behind them, and what it says of itself. */
import { compressed, deviceArtifacts } from '../lab/index.js';
import type { LabDevice } from '../lab/index.js';

/** Room for GRUB, the kernel and the archive. */
export const withRoom = { spareMiB: 40 };

/** The image of the second build, as a person has it. */
export const newImage = async (): Promise<string> =>
  compressed((await deviceArtifacts('sbc-systemd')).v2.disk, 'zst');

/** Which system answers: the build of the device's own, or `rescue`. */
export async function answering(device: LabDevice): Promise<string> {
  return device.sh(
    'cat /etc/build-id 2>/dev/null || { test -e /run/levitate/rescued && echo rescue; }',
  );
}
