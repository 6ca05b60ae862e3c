/**
 * Tells how evenly bytes are spread over their values: 8 bits a byte for noise, 0 for one value alone (Shannon, "A Mathematical
 * Theory of Communication", 1948). Pure.
 */
export function entropyOf(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]! += 1;
  let bits = 0;
  for (const count of counts)
    if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return bits;
}
