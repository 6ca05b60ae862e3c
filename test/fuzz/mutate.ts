import type { Random } from './random.js';

/** Numbers that lie where readers go wrong. */
const edges = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 255, 256, 511, 512, 4095, 4096, 65535,
  65536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

/** Changes some bytes, numbers or stretches of a binary file; what is given stays as it is. */
export function mutateBytes(random: Random, given: Uint8Array): Buffer {
  let bytes: Buffer = Buffer.from(given);
  for (let left = 1 + random.below(4); left > 0; left -= 1) bytes = change(random, bytes);
  return bytes;
}

function change(random: Random, bytes: Buffer): Buffer {
  // Headers decide more than what follows them.
  const at = random.once(2)
    ? random.below(Math.min(bytes.length, 512))
    : random.below(bytes.length);
  const length = Math.min(bytes.length - at, 1 + random.below(random.pick([4, 64, 4096])));
  switch (random.below(8)) {
    case 0:
      if (at < bytes.length) bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      return number(random, bytes, at);
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), noise(random, length), bytes.subarray(at)]);
    case 6:
      return Buffer.concat([bytes, random.once(2) ? Buffer.alloc(length) : noise(random, length)]);
    default:
      bytes.fill(random.pick([0, 0x20, 0x61, 0xff]), at, at + length);
      return bytes;
  }
}

/** Puts a number where one may be: any width, either byte order. */
function number(random: Random, bytes: Buffer, at: number): Buffer {
  const value = random.once(4) ? random.word() : random.pick(edges);
  const width = random.pick([1, 2, 4, 8]);
  const place = at - (at % width);
  if (place + width > bytes.length) return bytes;
  const little = random.once(2);
  for (let index = 0; index < width; index += 1) {
    const byte = index < 4 ? (value >>> (8 * index)) & 0xff : random.once(8) ? 0xff : 0;
    bytes[place + (little ? index : width - 1 - index)] = byte;
  }
  return bytes;
}

const noise = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => random.word() & 0xff));

/** Words that readers of text stumble over. */
const nasty = [
  ...['', ' ', '\t', '\0', '\r', '\u001b[31m', '\u009b2J', '\u202e', '\ufeff', 'é', '😀', '\ud800'],
  ...[
    '-',
    '--',
    "'",
    '"',
    '`',
    '$(id)',
    '\\',
    '%',
    '#',
    ': ',
    '=',
    '&a',
    '*a',
    '!!js',
    '{',
    '[',
    '|',
  ],
  ...['0', '-1', '00', '0x10', '1e9', 'NaN', '4294967294', '18446744073709551616', '9'.repeat(400)],
  ...['null', 'true', '[]', '{}', '__proto__', 'constructor', '../../etc/passwd', 'x'.repeat(5000)],
];

/** Changes lines, words and letters of a text. */
export function mutateText(random: Random, given: string): string {
  let text = given;
  for (let left = 1 + random.below(4); left > 0; left -= 1) text = reword(random, text);
  return text;
}

function reword(random: Random, text: string): string {
  const lines = text.split('\n');
  const line = random.below(lines.length);
  const at = random.below(text.length);
  switch (random.below(9)) {
    case 0:
      return lines.toSpliced(line, 1).join('\n');
    case 1:
      return lines
        .toSpliced(line, 0, ...Array<string>(1 + random.below(50)).fill(lines[line]!))
        .join('\n');
    case 2:
      return lines.toSpliced(line, 1, lines[random.below(lines.length)]!).join('\n');
    case 3:
      return text.slice(0, at);
    case 4:
      return text.slice(0, at) + random.pick(nasty) + text.slice(at);
    case 5:
      return text.slice(0, at) + text.slice(at + 1 + random.below(20));
    case 6:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    default: {
      const words = lines[line]!.split(/(?<=[\s=:,"{}[\]])/);
      words[random.below(words.length)] = random.pick(nasty);
      return lines.toSpliced(line, 1, words.join('')).join('\n');
    }
  }
}
