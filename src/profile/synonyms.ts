/** What Debian, Go, Node, Docker and uname call the architectures that levitate knows by other names. */
const architectures: Record<string, readonly string[]> = {
  x86_64: ['amd64', 'x64', 'x86-64', 'x86/64', 'intel64', 'em64t'],
  i686: ['i386', 'i486', 'i586', 'x86', 'x86_32', 'ia32', '386', '686'],
  aarch64: ['arm64', 'armv8', 'armv8-a', 'armv8a', 'arm64v8', 'aarch64_generic'],
  armv7: ['armhf', 'armv7l', 'armv7a', 'armv7hf', 'armv7-a', 'arm32v7', 'arm', 'arm32'],
  armv5: ['armel', 'armv5te', 'armv5tel', 'armv5tejl', 'armv6', 'armv6l', 'arm32v5', 'arm32v6'],
  mipsel: ['mipsle', 'mips32el', 'mips32r2el', 'mips32le'],
  mips: ['mipseb', 'mipsbe', 'mips32', 'mips32r2'],
  mips64el: ['mips64le'],
  mips64: ['mips64eb', 'mips64be'],
  riscv64: ['riscv', 'rv64', 'rv64gc', 'riscv64gc'],
  ppc64le: ['ppc64el', 'powerpc64le', 'powerpc64el'],
  s390x: ['s390'],
};

/** The one of the known words that others call by this name. */
export function synonym(word: string, known: readonly string[]): string | undefined {
  const name = word.toLowerCase();
  return known.find((one) => architectures[one]?.includes(name));
}
