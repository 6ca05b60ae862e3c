/**
 * autoboot.txt, by which the firmware of a Raspberry Pi chooses a partition (raspberrypi/documentation,
 * computers/config_txt/autoboot.adoc and conditional.adoc): lines `name=value` in sections, of which [all] counts always, [tryboot]
 * where the board was told to try, and [none] never.
 */

/** The firmware takes no more; so much is one sector, which a medium writes whole or not at all. */
export const autobootMost = 512;

/** A file that is none, with the reason as a sentence part that follows "it". */
export class NotAutoboot extends Error {}

/** What the file says: what counts always, what counts in a trial besides, and what only others read. */
export interface Autoboot {
  all: Record<string, string>;
  tryboot: Record<string, string>;
  none: Record<string, string>;
}

/** The sections in the order in which they are written: a setting that counts in a trial comes after the one that counts always. */
const sections = ['all', 'tryboot', 'none'] as const;

/**
 * Reads the settings; the last one of a name counts.
 * @throws NotAutoboot where something stands in it that `writeAutoboot` would lose, or the firmware would not take it
 */
export function readAutoboot(file: Uint8Array): Autoboot {
  if (file.length > autobootMost)
    throw new NotAutoboot(`has ${file.length} bytes, and the firmware takes ${autobootMost}`);
  const found: Autoboot = { all: {}, tryboot: {}, none: {} };
  let section: (typeof sections)[number] = 'all';
  for (const line of Buffer.from(file).toString('latin1').split(/\r?\n/)) {
    const filter = /^\[(.*)\]$/.exec(line)?.[1];
    const known = sections.find((name) => name === filter);
    const setting = /^([A-Za-z0-9_]+)=(.*)$/.exec(line);
    if (known) section = known;
    else if (setting) found[section][setting[1]!] = setting[2]!;
    else if (line !== '' && !line.startsWith('#'))
      throw new NotAutoboot(`has a line that is neither a setting nor [all], [tryboot] or [none]`);
  }
  return found;
}

/**
 * Gives the file with such settings, as long as it was: its length would be a second write.
 * @param bytes its length
 * @throws NotAutoboot where they do not fit
 */
export function writeAutoboot(settings: Autoboot, bytes: number): Uint8Array {
  const text = sections
    .flatMap((section) => {
      const lines = Object.entries(settings[section]).map(([name, value]) => `${name}=${value}\n`);
      return lines.length === 0 ? [] : [`[${section}]\n`, ...lines];
    })
    .join('');
  if (text.length > bytes) throw new NotAutoboot(`has no room for ${text.length} bytes`);
  return Buffer.from(text.padEnd(bytes, '\n'), 'latin1');
}
