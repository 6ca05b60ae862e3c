/** What is sent to each medium by its past, as a table; the tests of kinds.test.ts hold it. */
import { formatBytes } from '../../../src/shared/format-bytes.js';
import { media, mib } from './media.js';

const image = 20 * mib;

/** The table, in Markdown. */
export function kindsTable(): string {
  const rows = media.map(({ kind, remade, sends, takes }) => {
    const changed = sends(image);
    return [
      kind,
      'all',
      remade ? 'all' : 'nothing',
      changed < image ? formatBytes(changed) : 'all',
      takes === 'chunks' ? 'what is not there' : 'from the next chunk on',
    ];
  });
  const head = [
    ...['medium', 'other content', 'unchanged', '1 of 20 MiB changed', 'link cut, or host killed'],
  ];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
