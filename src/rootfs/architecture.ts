import type { Architecture } from '../profile/schema.js';
import type { ElfFile } from './elf.js';

interface Machine {
  /** `e_machine` of the System V ABI supplements. */
  machine: number;
  bits: 32 | 64;
  littleEndian: boolean;
  /** Bits of `e_flags` that a dynamic file must have. */
  abi?: number;
}

/** EF_ARM_ABI_FLOAT_SOFT and EF_ARM_ABI_FLOAT_HARD of the ARM ELF supplement. */
const [softFloat, hardFloat] = [0x200, 0x400];

const machines: Record<Architecture, Machine> = {
  x86_64: { machine: 62, bits: 64, littleEndian: true },
  i686: { machine: 3, bits: 32, littleEndian: true },
  aarch64: { machine: 183, bits: 64, littleEndian: true },
  armv7: { machine: 40, bits: 32, littleEndian: true, abi: hardFloat },
  armv5: { machine: 40, bits: 32, littleEndian: true, abi: softFloat },
  mipsel: { machine: 8, bits: 32, littleEndian: true },
  mips64el: { machine: 8, bits: 64, littleEndian: true },
  riscv64: { machine: 243, bits: 64, littleEndian: true },
  ppc64le: { machine: 21, bits: 64, littleEndian: true },
  s390x: { machine: 22, bits: 64, littleEndian: false },
};

/** Whether a device of this architecture runs the file. A file that names no float ABI fits either. */
export function runsOn(elf: ElfFile, arch: Architecture): boolean {
  const wanted = machines[arch];
  const float = elf.machine === 40 ? elf.flags & (softFloat | hardFloat) : 0;
  return (
    elf.machine === wanted.machine &&
    elf.bits === wanted.bits &&
    elf.littleEndian === wanted.littleEndian &&
    (float === 0 || float === wanted.abi)
  );
}

/** The file's architecture in the profile's words, for messages. */
export function architectureOf(elf: ElfFile): string {
  const names = (Object.keys(machines) as Architecture[]).filter((arch) => runsOn(elf, arch));
  return names.length > 0 ? names.join(' or ') : `ELF machine ${elf.machine}, ${elf.bits}-bit`;
}
