import type { Outlook } from '../kind.js';

/**
 * Tells a person what leads back where a power cut leaves nothing that starts: the boot loader of the device, which is elsewhere, and
 * an archive that it starts from outside. Pure.
 * @param isBooted whether such a boot loader has started this maintenance system; else it was entered
 */
export const withWayBack = <Told extends Pick<Outlook, 'cut' | 'cutLeaves'>>(
  outlook: Told,
  isBooted: boolean,
): Told =>
  outlook.cutLeaves === 'nothing'
    ? { ...outlook, cut: `${outlook.cut} ${isBooted ? again : byNetwork}` }
    : outlook;

const again =
  'This maintenance system was started from outside by the boot loader: where that does so again, the same command carries on.';
const byNetwork =
  'Where the device starts from it, only its boot loader leads back then: one that asks the network gets maintenance from a TFTP server (levitate help netboot), where the same command carries on.';
