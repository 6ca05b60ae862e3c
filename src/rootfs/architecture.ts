import type { Architecture } from '../profile/schema.js';
import type { ElfFile } from './elf.js';

interface Machine {
  /** `e_machine` of the System V ABI supplements. */
  machine: number;
  bits: 32 | 64;
  littleEndian: boolean;
  /**
   * Bits of `e_flags` that tell the calling convention, and the value that a file must have in them; a file with none
   * of them set fits as well.
   */
  abi?: { bits: number; wanted: number };
}

/** EF_ARM_ABI_FLOAT_SOFT and EF_ARM_ABI_FLOAT_HARD of the ARM ELF supplement. */
const softFloat = { bits: 0x600, wanted: 0x200 };
const hardFloat = { bits: 0x600, wanted: 0x400 };
/** EF_MIPS_ABI2 (binutils `include/elf/mips.h`) marks n32: files of 32 bits for processors of 64. */
const notN32 = { bits: 0x20, wanted: 0 };

const elfMachines: Record<Architecture, Machine> = {
  x86_64: { machine: 62, bits: 64, littleEndian: true },
  i686: { machine: 3, bits: 32, littleEndian: true },
  aarch64: { machine: 183, bits: 64, littleEndian: true },
  armv7: { machine: 40, bits: 32, littleEndian: true, abi: hardFloat },
  armv5: { machine: 40, bits: 32, littleEndian: true, abi: softFloat },
  mipsel: { machine: 8, bits: 32, littleEndian: true, abi: notN32 },
  mips: { machine: 8, bits: 32, littleEndian: false, abi: notN32 },
  mips64el: { machine: 8, bits: 64, littleEndian: true },
  mips64: { machine: 8, bits: 64, littleEndian: false },
  riscv64: { machine: 243, bits: 64, littleEndian: true },
  ppc64le: { machine: 21, bits: 64, littleEndian: true },
  s390x: { machine: 22, bits: 64, littleEndian: false },
};

/** Whether a device of this architecture runs the file. A file that names no float ABI fits either. */
export function runsOn(elf: ElfFile, arch: Architecture): boolean {
  const wanted = elfMachines[arch];
  const convention = elf.flags & (wanted.abi?.bits ?? 0);
  return (
    elf.machine === wanted.machine &&
    elf.bits === wanted.bits &&
    elf.littleEndian === wanted.littleEndian &&
    (convention === 0 || convention === wanted.abi?.wanted)
  );
}

/** Kernels of wider machines that run the programs of narrower ones. */
const widerKernels: Partial<Record<Architecture, Architecture[]>> = {
  i686: ['x86_64'],
  armv7: ['aarch64'],
  armv5: ['aarch64'],
  mipsel: ['mips64el'],
  mips: ['mips64'],
};

/** Whether a kernel under which programs of this architecture run may load the module. */
export const moduleRunsOn = (elf: ElfFile, arch: Architecture): boolean =>
  [arch, ...(widerKernels[arch] ?? [])].some((one) => runsOn(elf, one));

/** Names the architecture of a file as profiles name it, for messages. */
export function elfArchitecture(elf: ElfFile): string {
  const names = (Object.keys(elfMachines) as Architecture[]).filter((arch) => runsOn(elf, arch));
  if (names.length > 0) return names.join(' or ');
  const order = elf.littleEndian ? 'little-endian' : 'big-endian';
  return `ELF machine ${elf.machine}, ${elf.bits}-bit ${order}, flags 0x${elf.flags.toString(16)}`;
}
