/** What is kept of a binary package's paragraph in a Packages file (deb-control(5)). */
export interface PackageRecord {
  name: string;
  version: string;
  architecture: string;
  /** Hex SHA-256 of the .deb file. */
  sha256: string;
  /** Bytes of the .deb file. */
  size: number;
  /** Path of the .deb file below the base address of a mirror. */
  file: string;
  /** Pre-Depends and Depends: each dependency is a list of alternatives, by name alone. */
  depends: string[][];
}

/** Parses the paragraphs that `apt-cache show` prints. */
export const parsePackages = (text: string): PackageRecord[] =>
  text
    .split(/\n\n+/)
    .map(fields)
    .filter((paragraph) => paragraph.has('Package') && paragraph.has('SHA256'))
    .map((paragraph) => ({
      name: paragraph.get('Package')!,
      version: paragraph.get('Version') ?? '',
      architecture: paragraph.get('Architecture') ?? '',
      sha256: paragraph.get('SHA256')!,
      size: Number(paragraph.get('Size') ?? 0),
      file: paragraph.get('Filename') ?? '',
      depends: [
        ...parseDepends(paragraph.get('Pre-Depends') ?? ''),
        ...parseDepends(paragraph.get('Depends') ?? ''),
      ],
    }));

function fields(paragraph: string): Map<string, string> {
  const unfolded = paragraph.replace(/\n[ \t]+/g, ' ');
  return new Map(
    unfolded.split('\n').flatMap((line) => {
      const match = /^([^\s:]+):\s*(.*)$/.exec(line);
      return match ? [[match[1]!, match[2]!]] : [];
    }),
  );
}

/** `a (>= 1) | b:any [arch], c` → `[[a, b], [c]]`. */
export const parseDepends = (text: string): string[][] =>
  text
    .split(',')
    .map((group) =>
      group.split('|').flatMap((one) => /^[a-z0-9][a-z0-9+.-]*/.exec(one.trim())?.[0] ?? []),
    )
    .filter((group) => group.length > 0);
