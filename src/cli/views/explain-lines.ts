import type { BuildResult } from '../../operations/build/build.js';
import { formatBytes } from '../../shared/format-bytes.js';

type Explanation = NonNullable<BuildResult['explanation']>;

/** What each file is for and what it costs, for people: by what asked for it, the dearest first. */
export function explainLines({ files, others }: Explanation): string[] {
  const reasons = new Map<string, Explanation['files']>();
  for (const cost of files) reasons.set(cost.reason, [...(reasons.get(cost.reason) ?? []), cost]);
  const groups = [...reasons].map(([reason, list]) => ({ reason, list, total: sumOf(list) }));
  return [
    row('unpacked', 'packed', 'for what (packed: estimated)'),
    ...groups
      .sort((a, b) => b.total.packedBytes - a.total.packedBytes)
      .flatMap(({ reason, list, total }) => [
        row(formatBytes(total.bytes), formatBytes(total.packedBytes), reason),
        ...list.map(({ path, origin, sameAs, ...cost }) =>
          sameAs === undefined
            ? row(formatBytes(cost.bytes), formatBytes(cost.packedBytes), `    ${path} (${origin})`)
            : row('', '', `    ${path} is ${sameAs}`),
        ),
      ]),
    row('', formatBytes(others.packedBytes), `${others.entries} folders, links and nodes; headers`),
  ];
}

const row = (ram: string, packed: string, text: string): string =>
  `${ram.padStart(10)} ${packed.padStart(10)}  ${text}`;

const sumOf = (list: Explanation['files']) => ({
  bytes: list.reduce((sum, one) => sum + one.bytes, 0),
  packedBytes: list.reduce((sum, one) => sum + one.packedBytes, 0),
});
