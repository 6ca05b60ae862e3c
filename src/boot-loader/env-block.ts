/** GRUB's environment block as it lies in the file `grubenv` (grub-core/lib/envblk.c, include/grub/lib/envblk.h). */

/** The file has exactly so many bytes; GRUB takes no other length (util/grub-editenv.c). */
export const envBlockBytes = 1024;

const signature = '# GRUB Environment Block\n';

/** A block that is none, with the reason as a sentence part that follows "it". */
export class NotAnEnvBlock extends Error {}

/** What stands in a block: a variable, or a line that is none, with its end. */
type Item = { name: string; value: string } | { line: string };

/**
 * Reads the variables of a block in their order, and the lines between them, without those that only pad it.
 * @throws NotAnEnvBlock
 */
export function readEnvBlock(block: Uint8Array): Item[] {
  if (block.length !== envBlockBytes)
    throw new NotAnEnvBlock(`has ${block.length} bytes, and GRUB takes ${envBlockBytes} alone`);
  // Latin-1 keeps every byte what it was.
  const text = Buffer.from(block).toString('latin1');
  if (!text.startsWith(signature)) throw new NotAnEnvBlock('does not begin as a block of GRUB');
  const items: Item[] = [];
  for (let at = signature.length; at < text.length;) {
    const end = endOfLine(text, at);
    const line = text.slice(at, end);
    at = end + 1;
    if (/^#+$/.test(line)) continue;
    const equals = line.startsWith('#') ? -1 : line.indexOf('=');
    // A write of somebody else that was torn may have left half a line, which is none of ours to mend.
    if (equals <= 0) items.push({ line: `${line}\n` });
    else items.push({ name: line.slice(0, equals), value: unescaped(line.slice(equals + 1)) });
  }
  return items;
}

/**
 * Gives the block in which the variables of one owner are these, and come first; all else stays in its order. Where there is room, all
 * else begins behind the first sector, which a line of padding fills: then a change of these variables changes that sector alone.
 * @param isOwn whether a variable is the owner's, by its name
 * @param own the variables that the owner has from now on
 * @param within the bytes of the sector, which must hold all of them
 * @throws NotAnEnvBlock where they do not fit
 */
export function withVariables(
  block: Uint8Array,
  isOwn: (name: string) => boolean,
  own: Record<string, string>,
  within: number,
): Uint8Array {
  const others = readEnvBlock(block).filter((item) => !('name' in item) || !isOwn(item.name));
  const head =
    signature +
    Object.entries(own)
      .map(([name, value]) => written({ name, value }))
      .join('');
  const rest = others.map(written).join('');
  const left = within - head.length;
  const padding =
    left > 1 && within + rest.length <= envBlockBytes ? `${'#'.repeat(left - 1)}\n` : '';
  const text = head + padding + rest;
  if (left < 0 || text.length > envBlockBytes)
    throw new NotAnEnvBlock(`has no room for ${Object.keys(own).join(', ')}`);
  return Buffer.from(text.padEnd(envBlockBytes, '#'), 'latin1');
}

const written = (item: Item): string =>
  'line' in item
    ? item.line
    : `${item.name}=${item.value.replaceAll(/[\\\n]/g, (one) => `\\${one}`)}\n`;

const unescaped = (text: string): string => text.replaceAll(/\\(.)/gs, '$1');

/** The place of the end of a line, which is none behind a backslash. */
function endOfLine(text: string, from: number): number {
  const isComment = text[from] === '#';
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\n') return at;
    if (text[at] === '\\' && !isComment) at += 1;
  }
  return text.length;
}

/** Makes a block with these variables alone. */
export const newEnvBlock = (variables: Record<string, string>): Uint8Array =>
  withVariables(
    Buffer.from(signature.padEnd(envBlockBytes, '#'), 'latin1'),
    () => true,
    variables,
    envBlockBytes / 2,
  );
