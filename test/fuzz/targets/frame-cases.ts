import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { sample } from '../../unit/image/fixtures.js';
import { mutateBytes, mutateText } from '../mutate.js';
import type { Random } from '../random.js';
import { Finding, type Outcome } from '../target.js';

const chunkBytes = 1024 * 1024;
/** The image whose frames the cases are made of: three chunks, of which the last one is short. */
export const image = sample(2 * chunkBytes + 5000);
const chunks = [0, 1, 2].map((index) =>
  image.subarray(index * chunkBytes, (index + 1) * chunkBytes),
);
export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');
const digests = chunks.map(sha256);

interface Part {
  line: string;
  bytes: Buffer;
}

/** Each chunk compressed in another way: stored, with the codes of the format, and with its own. */
const packed = [{ level: 0 }, { level: 6, strategy: 4 }, { level: 1 }].map((how, index) =>
  deflateRawSync(chunks[index]!, how),
);

const plainPart = (index: number): Part => ({
  line: `chunk ${index} ${chunks[index]!.length} ${digests[index]!}`,
  bytes: chunks[index]!,
});

const deflatedPart = (index: number): Part => ({
  line: `deflated ${index} ${chunks[index]!.length} ${digests[index]!} ${packed[index]!.length}`,
  bytes: packed[index]!,
});

/** The frames of the image, mostly with something wrong; some are compressed, for who takes that. */
export function makeCase(random: Random, takesDeflated: boolean): Buffer {
  const order = random.once(2) ? [1, 2, 0] : [0, 1, 2];
  let parts = order.map((index) =>
    takesDeflated && random.once(2) ? deflatedPart(index) : plainPart(index),
  );
  if (random.once(2)) parts.unshift({ line: `zero 0 ${chunkBytes}`, bytes: Buffer.alloc(0) });
  parts.push({ line: 'end', bytes: Buffer.alloc(0) });
  if (random.once(10)) return joined(parts);
  const at = random.below(parts.length);
  const part = parts[at]!;
  switch (random.below(6)) {
    case 0:
      parts[at] = { ...part, bytes: mutateBytes(random, part.bytes) };
      break;
    case 1:
      parts = parts.toSpliced(at, 1);
      break;
    case 2:
      parts = parts.toSpliced(at, 0, part);
      break;
    default:
      parts[at] = {
        ...part,
        line: random.once(3) ? odd(random, part.line) : mutateText(random, part.line),
      };
  }
  const whole = joined(parts);
  return random.once(5) ? whole.subarray(0, random.below(whole.length)) : whole;
}

const joined = (parts: Part[]): Buffer =>
  Buffer.concat(parts.flatMap(({ line, bytes }) => [Buffer.from(`${line}\n`), bytes]));

/** One of its numbers is another one. */
function odd(random: Random, line: string): string {
  const words = line.split(' ');
  const numbers = [
    '-1',
    '00',
    '010',
    '0x10',
    '1e3',
    '',
    '3',
    '1048577',
    '9223372036854775808',
    '1073741824',
  ];
  words[1 + random.below(2)] = random.pick(numbers);
  return words.join(' ');
}

/** What became of a case. */
export interface Answer {
  /** Lines that were said. */
  said: string[];
  /** The exit status. */
  status: number;
  /** SHA-256 of each chunk on the medium. */
  medium: string[];
}

/** Finds what must not be: a write that nothing justifies, or an end without a word. */
export function judge(input: Buffer, { said, status, medium }: Answer): Outcome {
  const wrong = (why: string): Finding =>
    new Finding(
      `${why}; it ended with ${status} and said:\n${said.join('\n').slice(-1000)}`,
      input,
    );
  const replies = said.map((line) => {
    try {
      return JSON.parse(line) as { type: string; code?: string; index?: number };
    } catch {
      throw wrong('a line that is no JSON');
    }
  });
  const last = replies.at(-1);
  const { writes, complete } = allowed(input);
  const written = replies.flatMap(({ type, index }) => (type === 'written' ? [index] : []));
  if (written.some((index, at) => index !== writes[at]?.index))
    throw wrong('a write that nothing justifies');
  for (const [index, digest] of medium.entries()) {
    const latest = writes.slice(0, written.length).findLast((write) => write.index === index);
    const proven = latest === undefined || latest.digest === digest;
    // What was announced next may have been begun.
    if (!proven && writes[written.length]?.index !== index)
      throw wrong(`chunk ${index} is not what was proven`);
  }
  if (status === 0 && (last?.type !== 'fed' || !complete)) throw wrong('success without an end');
  if (status !== 0 && (last?.type !== 'error' || !last.code))
    throw wrong('a failure without a word');
  if (status !== 0 && complete && writes.length === written.length)
    throw wrong('a refusal of what is whole');
  return { outcome: status === 0 ? 'accepted' : 'refused', input };
}

/** The protocol read once more, strictly: the writes that are allowed, and whether the end was announced. */
function allowed(input: Buffer): {
  writes: { index: number; digest: string }[];
  complete: boolean;
} {
  const writes: { index: number; digest: string }[] = [];
  for (let at = 0; ;) {
    const newline = input.indexOf(10, at);
    if (newline === -1) return { writes, complete: false };
    const line = input.toString('latin1', at, newline);
    at = newline + 1;
    if (line === 'end') return { writes, complete: true };
    const [, plain, deflated, index, length, digest, packedSize] =
      /^(?:(chunk)|(deflated)|zero) ([0-2]) ([0-9]{1,7})(?: ([0-9a-f]{64}))?(?: (0|[1-9][0-9]{0,15}))?$/.exec(
        line,
      ) ?? [];
    const number = Number(index);
    const isFrame =
      length === String(chunks[number]?.length) &&
      (digest !== undefined) === (plain !== undefined || deflated !== undefined) &&
      (packedSize !== undefined) === (deflated !== undefined);
    if (!isFrame) return { writes, complete: false };
    if (digest === undefined) {
      writes.push({ index: number, digest: sha256(Buffer.alloc(Number(length))) });
      continue;
    }
    const size = Number(packedSize ?? length);
    const sent = input.subarray(at, at + size);
    const content = sent.length < size || deflated === undefined ? sent : inflated(sent);
    if (content?.length !== Number(length) || sha256(content) !== digest)
      return { writes, complete: false };
    writes.push({ index: number, digest });
    at += size;
  }
}

/** What it decompresses to, or nothing for what is no stream with nothing behind it. */
function inflated(sent: Buffer): Buffer | undefined {
  try {
    const { buffer, engine } = inflateRawSync(sent, {
      info: true,
      maxOutputLength: chunkBytes,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === sent.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}
