/**
 * The low 32 bits of XXH64 with seed 0, which is the content checksum of zstd (RFC 8878, §3.1.1; algorithm:
 * xxHash `doc/xxhash_spec.md`). 64-bit numbers are kept as two halves, for BigInt would be slower than zstd itself.
 */
export class Xxh64 {
  /** Four accumulators, each low half then high half. */
  readonly #lanes = new Uint32Array(8);
  readonly #stripe = Buffer.alloc(32);
  #filled = 0;
  #total = 0;

  constructor() {
    const seeds = [add(prime1, prime2), prime2, zero, negate(prime1)];
    seeds.forEach(([low, high], lane) => this.#lanes.set([low, high], lane * 2));
  }

  update(bytes: Uint8Array): void {
    this.#total += bytes.length;
    let at = 0;
    if (this.#filled > 0) {
      at = Math.min(32 - this.#filled, bytes.length);
      this.#stripe.set(bytes.subarray(0, at), this.#filled);
      this.#filled += at;
      if (this.#filled < 32) return;
      consume(this.#lanes, this.#stripe, 0, 32);
    }
    const whole = at + Math.floor((bytes.length - at) / 32) * 32;
    consume(this.#lanes, bytes, at, whole);
    this.#stripe.set(bytes.subarray(whole), 0);
    this.#filled = bytes.length - whole;
  }

  /** The low half of the hash of everything given so far. */
  digest(): number {
    let hash = this.#total >= 32 ? converge(this.#lanes) : prime5;
    hash = add(hash, [this.#total >>> 0, Math.floor(this.#total / 2 ** 32)]);
    let at = 0;
    for (; at + 8 <= this.#filled; at += 8) {
      const word: Word = [this.#stripe.readUInt32LE(at), this.#stripe.readUInt32LE(at + 4)];
      hash = add(multiply(rotate(xor(hash, round(zero, word)), 27), prime1), prime4);
    }
    if (at + 4 <= this.#filled) {
      const word: Word = [this.#stripe.readUInt32LE(at), 0];
      hash = add(multiply(rotate(xor(hash, multiply(word, prime1)), 23), prime2), prime3);
      at += 4;
    }
    for (; at < this.#filled; at++) {
      const word: Word = [this.#stripe.readUInt8(at), 0];
      hash = multiply(rotate(xor(hash, multiply(word, prime5)), 11), prime1);
    }
    hash = multiply(xor(hash, shiftRight(hash, 33)), prime2);
    hash = multiply(xor(hash, shiftRight(hash, 29)), prime3);
    return xor(hash, shiftRight(hash, 32))[0];
  }
}

/** A 64-bit number: low half, high half, both unsigned. */
type Word = [low: number, high: number];

const zero: Word = [0, 0];
const prime1: Word = [0x85ebca87, 0x9e3779b1];
const prime2: Word = [0x27d4eb4f, 0xc2b2ae3d];
const prime3: Word = [0x9e3779f9, 0x165667b1];
const prime4: Word = [0xc2b2ae63, 0x85ebca77];
const prime5: Word = [0x165667c5, 0x27d4eb2f];

/** Takes whole stripes of 32 bytes into the accumulators: lane = rotate(lane + word * prime2, 31) * prime1. */
function consume(lanes: Uint32Array, bytes: Uint8Array, start: number, end: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = start; at < end; at += 32) {
    for (let lane = 0; lane < 8; lane += 2) {
      const wordLow = view.getUint32(at + lane * 4, true);
      const wordHigh = view.getUint32(at + lane * 4 + 4, true);
      // This is round() written out: arrays for the halves would cost more than the arithmetic.
      const low = (lanes[lane] ?? 0) + (Math.imul(wordLow, 0x27d4eb4f) >>> 0);
      const high =
        (lanes[lane + 1] ?? 0) +
        upper(wordLow, 0x27d4eb4f) +
        Math.imul(wordHigh, 0x27d4eb4f) +
        Math.imul(wordLow, 0xc2b2ae3d) +
        (low > 0xffffffff ? 1 : 0);
      const turnedLow = ((low << 31) | (high >>> 1)) >>> 0;
      const turnedHigh = ((high << 31) | (low >>> 1)) >>> 0;
      lanes[lane] = Math.imul(turnedLow, 0x85ebca87);
      lanes[lane + 1] =
        upper(turnedLow, 0x85ebca87) +
        Math.imul(turnedHigh, 0x85ebca87) +
        Math.imul(turnedLow, 0x9e3779b1);
    }
  }
}

function converge(lanes: Uint32Array): Word {
  const lane = (index: number): Word => [lanes[index * 2] ?? 0, lanes[index * 2 + 1] ?? 0];
  const turns = [1, 7, 12, 18];
  let hash = turns.map((turn, index) => rotate(lane(index), turn)).reduce(add);
  for (let index = 0; index < 4; index++)
    hash = add(multiply(xor(hash, round(zero, lane(index))), prime1), prime4);
  return hash;
}

const round = (lane: Word, word: Word): Word =>
  multiply(rotate(add(lane, multiply(word, prime2)), 31), prime1);

const negate = ([low, high]: Word): Word => add([~low >>> 0, ~high >>> 0], [1, 0]);
const xor = (a: Word, b: Word): Word => [(a[0] ^ b[0]) >>> 0, (a[1] ^ b[1]) >>> 0];

function add(a: Word, b: Word): Word {
  const low = a[0] + b[0];
  return [low >>> 0, (a[1] + b[1] + (low > 0xffffffff ? 1 : 0)) >>> 0];
}

const multiply = (a: Word, b: Word): Word => [
  Math.imul(a[0], b[0]) >>> 0,
  (upper(a[0], b[0]) + Math.imul(a[1], b[0]) + Math.imul(a[0], b[1])) >>> 0,
];

/** The upper 32 bits of a 32 by 32 bit product. */
function upper(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000);
}

/** Turns left by 1 to 31 bits. */
const rotate = ([low, high]: Word, bits: number): Word => [
  ((low << bits) | (high >>> (32 - bits))) >>> 0,
  ((high << bits) | (low >>> (32 - bits))) >>> 0,
];

const shiftRight = ([low, high]: Word, bits: number): Word =>
  bits >= 32
    ? [high >>> (bits - 32), 0]
    : [((low >>> bits) | (high << (32 - bits))) >>> 0, high >>> bits];
