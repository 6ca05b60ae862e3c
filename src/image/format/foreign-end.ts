import type { Foreign } from './foreign-archives.js';

/**
 * Recognises by its last bytes a file that must not be written as it is.
 * @param tail the last bytes of the image, 128 KiB are enough
 */
export function foreignEnd(tail: Buffer): Foreign | undefined {
  if (isSigned(tail))
    return {
      what: 'a RAUC bundle',
      hint: 'rauc extract (or unsquashfs) unpacks it; give the images that it holds to their targets. levitate image FILE lists them.',
    };
  // Virtual Hard Disk Image Format Specification 1.0, "Hard Disk Footer Format".
  if (latin1(tail, -512, 8) === 'conectix')
    return {
      what: 'a VHD disk of fixed size',
      hint: 'qemu-img convert -f vpc -O raw FILE disk.img makes a disk image of it.',
    };
  if (latin1(tail, -512, 4) === 'koly')
    return {
      what: 'a disk image of macOS (DMG)',
      hint: 'dmg2img FILE disk.img makes a disk image of it.',
    };
  return undefined;
}

/**
 * A CMS structure (RFC 5652, §3: a SEQUENCE that begins with the identifier of signed or of enveloped data) and, as the
 * last eight bytes, its length (RAUC Reference, "Update Bundle Format"); the payload before it may be encrypted.
 */
function isSigned(tail: Buffer): boolean {
  if (tail.length < 32) return false;
  const size = Number(tail.readBigUInt64BE(tail.length - 8));
  const start = tail.length - 8 - size;
  if (size < 16 || start < 0 || tail[start] !== 0x30) return false;
  const identifier = Buffer.from('06092a864886f70d0107', 'hex');
  const at = tail.subarray(start, start + 24).indexOf(identifier);
  return at > 0 && [2, 3].includes(tail[start + at + identifier.length] ?? 0);
}

const latin1 = (tail: Buffer, from: number, length: number): string => {
  const start = tail.length + from;
  return start < 0 ? '' : tail.toString('latin1', start, start + length);
};
