import { cpioName, isSysupgradeTar, tarNames } from './archive-names.js';

/** Something that no device boots from as it is: what it is, and how to get at the image that it may hold. */
export interface Foreign {
  what: string;
  hint: string;
}

/** What to do with an archive that a command unpacks. */
export const unpack = (command: string): string =>
  `Unpack it (${command}), and give the image that it holds to the target. levitate image FILE lists what it holds.`;

/**
 * Recognises archives that a magic alone does not tell; the names of their members tell what they are for. A tar archive of anything
 * else may be a tree that a target takes.
 */
export function archiveOf(head: Buffer): Foreign | undefined {
  const first = cpioName(head);
  if (first === 'sw-description')
    return {
      what: 'an SWUpdate file (cpio)',
      hint: `${unpack('cpio -idv <FILE')} sw-description tells which is which.`,
    };
  if (first !== undefined)
    return {
      what: 'a cpio archive',
      hint: `${unpack('cpio -idv <FILE')} An initramfs belongs into a uImage, a FIT or a boot image.`,
    };
  const names = tarNames(head);
  if (names === undefined) return undefined;
  // Each file in it has a place of its own.
  if (isSysupgradeTar(head)) return undefined;
  if (names[0] === 'version' && names[1]?.startsWith('manifest'))
    return {
      what: 'a Mender artifact (tar)',
      hint: 'The image lies in data/0000.tar of it: levitate image FILE gives the command that takes it out.',
    };
  const known = tars.find(([member]) => names.some((name) => member.test(name)));
  return known && { what: known[1], hint: unpack('tar -xf') };
}

const tars: [member: RegExp, what: string][] = [
  [/^(\.\/)?debian-binary$/, 'an OpenWrt package (ipk)'],
  [/\.ovf$/, 'a virtual machine (OVA)'],
  [/^(\.\/)?(manifest\.json|oci-layout)$/, 'a container image (tar)'],
];
