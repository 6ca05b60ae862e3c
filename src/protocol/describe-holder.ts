import { plainName } from '../shared/plain-name.js';
import type { Holder } from './holders.js';

/** A holder in words for people, such as `process 12 vi (fd)` or `mount /mnt`. */
export function describeHolder(holder: Holder): string {
  switch (holder.kind) {
    case 'process':
      return `process ${holder.pid} ${holder.name} (${holder.via.join(', ')})`;
    case 'mount':
      return `mount ${plainName(holder.point)}${holder.pid === undefined ? '' : ` in the mount namespace of process ${holder.pid} ${holder.name ?? ''}`}`;
    case 'swap':
      return `swap ${plainName(holder.file)}`;
    case 'dm':
      return `dm ${holder.device} (${plainName(holder.name)})`;
    case 'bcache':
      return `bcache on ${holder.device}`;
    case 'loop':
      return `loop ${holder.device} (${plainName(holder.file)})`;
    case 'zram':
      return `zram ${holder.device}${holder.file === undefined ? '' : ` (${holder.file})`}`;
    case 'ubi':
      return `ubi ${holder.device} on ${holder.mtd}`;
    case 'claim':
      return `kernel claims ${holder.device} for itself, as block2mtd does and an overlay whose parts were unmounted`;
    case 'jffs2':
      return `kernel jffs2 on ${holder.device}, which an overlay keeps whose parts were unmounted`;
    case 'unknown':
      return 'unknown: what is in use could not be looked at to the end';
    case 'md':
    case 'ubiblock':
    case 'device':
      return `${holder.kind} ${holder.device}`;
  }
}

/** Holders in words for people, as a part of a sentence. */
export const describeHolders = (holders: Holder[]): string =>
  holders.map(describeHolder).join(', ');
