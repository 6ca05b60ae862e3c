/** RFC 9580, §4.2 and §5.2: a signature packet of version 3 or 4 (or 6) of at most a few KiB. */
export function isPgpSignature(head: Buffer): boolean {
  const body = pgpBody(head, 2);
  if (head.length < 20 || head.length > 8192 || body === undefined) return false;
  return [3, 4, 6].includes(head[body] ?? 0) && (head[body + 1] ?? 255) <= 0x50;
}

/**
 * RFC 9580, §5.1 and §5.3: the packet before what is encrypted, with the session key for a public key (version 3, a key
 * ID of eight bytes and an algorithm for encryption, §9.1) or for a passphrase (version 4, a cipher, §9.3, and how the
 * key is made of the passphrase, §3.7.1, with a hash, §9.5).
 */
export function isPgpEncrypted(head: Buffer): boolean {
  const key = pgpBody(head, 1);
  if (key !== undefined && head[key] === 3 && [1, 2, 16, 18, 25, 26].includes(head[key + 9] ?? 0))
    return true;
  const phrase = pgpBody(head, 3);
  if (phrase === undefined || head[phrase] !== 4) return false;
  const [cipher = 0, specifier = 255, hash = 0] = head.subarray(phrase + 1);
  return cipher >= 1 && cipher <= 13 && [0, 1, 3].includes(specifier) && hash >= 1 && hash <= 14;
}

/** Where the body of a packet of this type (below 16) begins, whose length has one or two bytes (RFC 9580, §4.2). */
function pgpBody([tag = 0, first = 0]: Buffer, type: number): number | undefined {
  if (tag === (0xc0 | type)) return first < 192 ? 2 : first < 224 ? 3 : undefined;
  const old = 0x80 | (type << 2);
  return tag === old ? 2 : tag === old + 1 ? 3 : undefined;
}
