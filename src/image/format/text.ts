/** A page of text in place of an image: what it is, and what to do about it. */
export interface Text {
  what: string;
  hint: string;
}

const again = 'Look into it with a pager, and download the image again.';
const signature = 'It signs the image and is not it: name the image.';

/**
 * What a text is, by how it begins; the first line that matches counts. Each pattern sees text without its byte
 * order mark, with newlines as they are on this system.
 */
const kinds: [RegExp, what: string, hint: string][] = [
  [
    /^version https:\/\/git-lfs/,
    'a pointer of git LFS',
    'The file itself was not fetched: git lfs pull.',
  ],
  [/^-----BEGIN PGP|^-----BEGIN SSH SIG/, 'a signature or a key', signature],
  [/^untrusted comment:/i, 'a signature or a key of minisign, signify or usign', signature],
  [/^-----BEGIN /, 'a key or certificate in PEM form', 'Name the image.'],
  [
    /^(<\?xml[^>]*>\s*)?(<!--((?!-->)[^])*-->\s*)*(<!doctype\s+html|<html|<head)/i,
    'a web page, probably an error page that was saved in place of the image',
    again,
  ],
  [
    /^(<\?xml[^>]*>\s*)?(<!--((?!-->)[^])*-->\s*)*<bmap/i,
    'a block map (bmap)',
    'It tells which blocks of an image are used, and is not it: name the image.',
  ],
  [/^<\?xml|^<[a-z!][^<]*>/i, 'a page of XML or HTML', again],
  [/^HTTP\/[0-9.]+ [0-9]{3}/, 'the answer of a web server', again],
  [
    /^# Disk DescriptorFile/,
    'the description of a VMDK disk',
    'qemu-img convert -f vmdk -O raw makes a disk image of it.',
  ],
  [
    /^:([0-9a-f]{2}){5,}\n/i,
    'Intel HEX',
    'objcopy -I ihex -O binary gives the bytes that it holds.',
  ],
  [
    /^S[0-9]([0-9a-f]{2}){4,}\n/i,
    'Motorola S-records',
    'objcopy -I srec -O binary gives the bytes that it holds.',
  ],
  [
    /^@[0-9a-f]{4,8}\n([0-9a-f]{2}[ \n])+/i,
    'TI-TXT or Verilog hex',
    'objcopy gives the bytes that it holds.',
  ],
  [
    /^[0-9a-f]{6,8}:? +([0-9a-f]{2,4} ){4,}/i,
    'a hex dump',
    'xxd -r gives the bytes that it holds.',
  ],
  [
    /^[0-9a-f]{32,128}( [ *].*)?(\n|$)|^[A-Z0-9-]+ ?\(.+\) ?= [0-9a-f]{32,128}/,
    'a list of checksums',
    'Name the image that it is about.',
  ],
  [/^zsync: /, 'a zsync control file', 'zsync gets the image that it is about.'],
  [
    /^#!/,
    'a script',
    'If it is an installer, run it where it is meant to run; it may hold or make the image.',
  ],
  [/^\/dts-v1\//, 'the source of a device tree', 'dtc or mkimage makes the binary of it.'],
  [/^[{[]\s*["{[\]}0-9]/, 'JSON, such as the error message of a server', again],
  [
    /^(#.*\n|[ \t]*\n)*(%YAML|---(\s|$)|[\w.-]+:(\s|$))/,
    'YAML or lines of the form NAME: VALUE',
    'Was the profile meant? Name the image.',
  ],
];

const otherwise = [
  /^/,
  'plain text',
  'Look into it with a pager: is it the file that was meant?',
] as const;

/** Bytes of the beginning that decide whether an image is text. */
const sampleLength = 4096;

/**
 * Recognises text of every usual encoding: ASCII, UTF-8, UTF-16 with or without a byte order mark, and one byte a
 * character. Padding of zeros or of erased flash behind it does not hide it.
 */
export function textOf(head: Buffer): Text | undefined {
  const text = decoded(head.subarray(0, sampleLength))?.replace(/\r\n?/g, '\n');
  if (text === undefined || text.trim() === '' || control.test(text)) return undefined;
  const start = text.trimStart();
  const [, what, hint] = kinds.find(([pattern]) => pattern.test(start)) ?? otherwise;
  return { what: `${what}; it begins "${excerpt(start)}"`, hint };
}

/** The control characters that no text has; tab, newline, form feed and escape are not among them. */
const control = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/;

/** Gives the beginning of the first line, without anything that a terminal could act on. */
const excerpt = (text: string): string => {
  const [line = ''] = text.split('\n');
  return line.slice(0, 50).replace(/[^ -~]/g, '?') + (line.length > 50 ? '…' : '');
};

function decoded(sample: Buffer): string | undefined {
  const even = sample.subarray(0, sample.length & ~1);
  if (sample[0] === 0xff && sample[1] === 0xfe) return wideText(even);
  if (sample[0] === 0xfe && sample[1] === 0xff) return wideText(Buffer.from(even).swap16());
  if (even.length >= 8 && even.every((byte, at) => (at % 2 === 1) === (byte === 0)))
    return even.toString('utf16le');
  let end = sample.length;
  while (end > 0 && (sample[end - 1] === 0 || sample[end - 1] === 0xff)) end -= 1;
  const bytes = sample.subarray(0, end);
  try {
    // With `stream`, a character that the end of the sample cuts in two is left out.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    const high = bytes.filter((byte) => byte >= 0x80).length;
    return high * 4 < bytes.length ? bytes.toString('latin1') : undefined;
  }
}

/**
 * Decodes UTF-16 behind its byte order mark. Nearly any bytes are valid UTF-16, so at least half of the characters must
 * be ASCII.
 */
function wideText(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf16le', 2).replace(/[\0\uffff]+$/, '');
  return text.replace(/[^\t-~]/g, '').length * 2 >= text.length ? text : undefined;
}
