import type { StatusResult } from '../../operations/status.js';
import { formatBytes } from '../../shared/format-bytes.js';

/** The journal for people: what was done to which target, at which second since the kernel had started that ran then. */
export function journalLines({ journal = [], names = {} }: StatusResult): string[] {
  const lines = journal.flatMap(({ seconds, event }) => {
    const text = eventText(event, (key) => names[key] ?? key);
    return text === '' ? [] : [`  ${String(seconds).padStart(6)} s  ${text}`];
  });
  // A rescue goes on with the journal of the kernel before.
  return lines.length === 0
    ? []
    : ['  Done so far, at the second since the kernel of that time had started:', ...lines];
}

/** An event in words; empty where it tells a person nothing, and as it is where this levitate does not know it. */
function eventText(event: string, nameOf: (key: string) => string): string {
  const [what = '', about = '', ...more] = event.split(' ');
  // The name of a volume may have blanks in it.
  const volume = event.slice(what.length + 1);
  switch (what) {
    case 'lease':
      return `${more.join(' ') || 'somebody'} came to write`;
    case 'open':
      return `${nameOf(about)}: an image of ${formatBytes(Number(more[0]))} is to be written`;
    case 'touched':
      return `${nameOf(about)}: its first byte changes`;
    case 'written':
      return `${nameOf(about)}: all of the image is written`;
    case 'verified':
      return `${nameOf(about)}: read back whole`;
    case 'clear':
      return `${nameOf(about)}: ${more.join(' ')} is cleared`;
    case 'format':
      return `${nameOf(about)}: a file system (${more.join(' ')}) is made for a tree`;
    case 'fill':
      return `${nameOf(about)}: the files of a tree are put into it`;
    case 'keep':
      return `${nameOf(about)}: files of the old system are put into it`;
    case 'settled':
      return about === 'keep' ? 'the kept files are in place' : `${about} is done`;
    case 'make':
      return `the volume ${volume} is made`;
    case 'resize':
      return `the volume ${volume.replace(/ to (\d+)$/, ' gets $1 eraseblocks')}`;
    case 'remove':
      return `the volume ${volume} is removed`;
    case 'swapped':
      return `${nameOf(about)}: what was written beside it has taken its place`;
    case 'range':
      return `${nameOf(about)}: ${more.join(' ')} are overwritten`;
    case 'forget':
      return `${nameOf(about)}: it is again what it was`;
    case 'mount-both':
      return `${nameOf(about)}: mounted beside the old system, ${more.join(' ')}`;
    case 'unmount-both':
      return 'both systems are unmounted';
    case 'leave':
      return 'it was told to leave';
    case 'rescue':
      return `${nameOf(about)}: it starts a rescue at ${formatBytes(Number(more[0]))} until the image is whole`;
    case 'rescue-started':
      return `${nameOf(about)}: it started its rescue`;
    case 'rescue-ended':
      return `${nameOf(about)}: the rescue is overwritten`;
    case 'sha256':
      return '';
    default:
      return event;
  }
}
