/** Content that makes one build differ from another: the same bytes for the same seed, every time. */
import { createCipheriv, createHash } from 'node:crypto';

/** `length` bytes that look random and do not compress. */
export function payload(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

export type Version = 'v1' | 'v2';

/** The files that tell a device's builds apart, by path. */
export function buildFiles(
  device: string,
  version: Version,
  mebibytes: number,
): Map<string, Buffer | string> {
  const number = version.slice(1);
  const table = Array.from({ length: 20_000 }, (_, n) => `${device} ${version} line ${n}\n`).join(
    '',
  );
  return new Map<string, Buffer | string>([
    ['etc/build-id', `${device} ${number}\n`],
    ['etc/motd', `This is ${device}, build ${number}.\n`],
    ['usr/lib/product/firmware.bin', payload(`${device} ${version}`, mebibytes * 1024 * 1024)],
    ['usr/lib/product/table.txt', table],
  ]);
}
