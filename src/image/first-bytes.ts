/**
 * Reads the beginning of a stream, which is then ended.
 * @param into takes what has come; where the stream fails, that is there all the same
 * @returns as many bytes, or fewer where the stream has no more
 */
export async function firstBytes(
  stream: AsyncIterable<Uint8Array>,
  most: number,
  into: Uint8Array[] = [],
): Promise<Buffer> {
  let have = 0;
  for await (const bytes of stream) {
    into.push(bytes);
    have += bytes.length;
    if (have >= most) break;
  }
  return Buffer.concat(into).subarray(0, most);
}
