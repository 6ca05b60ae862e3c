import { aboutCode } from '../../error-codes.js';
import type { ImageReport } from '../../operations/image/describe-image.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { quote } from '../../shared/shell-quote.js';
import { commandLines } from './command-lines.js';
import { wrapped } from './wrapped.js';

/** Why `levitate image` does not end with status 0: `flash` would not write the file. */
export const imageFailure = ({
  refusals,
}: ImageReport): { exit: number; lines: string[] } | undefined =>
  refusals[0] && {
    exit: aboutCode(refusals[0].code).exit,
    lines: refusals.map(
      ({ code, message, hint }) => `${code}: ${message}${hint === undefined ? '' : `\n${hint}`}`,
    ),
  };

/** What a file is, for people. */
export function imageLines(report: ImageReport, columns: number): string[] {
  const { path, what, storedLength, length, details, protectedBy, targets, container } = report;
  const row = (name: string, text: string) => wrapped(`    ${name.padEnd(14)}`, text, columns);
  const sizes =
    length === undefined || length === storedLength
      ? formatBytes(storedLength)
      : `${formatBytes(length)} in a file of ${formatBytes(storedLength)}`;
  return [
    path,
    ...row('is', `${what}; ${sizes}`),
    ...(details.length > 0 ? row('says', details.join('; ')) : []),
    ...(report.sha256 === undefined ? [] : row('SHA-256', report.sha256)),
    ...(report.sha256 === undefined
      ? []
      : row('protected by', protectedBy.join(' and ') || 'nothing: damage would not be noticed')),
    ...signatureLines(report, row),
    ...targets.flatMap(({ form, names }, index) =>
      row(
        index === 0 ? 'goes to' : '',
        `${form}${names === undefined ? '' : `: ${names.join(', ') || 'the profile has none'}`}`,
      ),
    ),
    ...(container ? containerLines(container, row) : []),
    ...report.refusals.flatMap(({ message, hint }) => [
      ...row('REFUSED', message),
      ...(hint === undefined ? [] : row('', hint)),
    ]),
    ...(report.refusals.length > 0 || container ? [] : writeLines(report)),
  ];
}

/** How it is written. For a tree only a profile tells the place, because none is found for it. */
function writeLines({ path, targets }: ImageReport): string[] {
  if (targets.every(({ place }) => place === 'tree')) {
    const [only, ...more] = targets.flatMap(({ names = [] }) => names);
    const target = only === undefined || more.length > 0 ? 'TARGET' : only;
    return commandLines(
      ['Name a target for a tree in a profile', 'levitate help trees'],
      [
        'Write it there (asks before it overwrites)',
        `levitate deploy HOST PROFILE ${quote(`${target}=${path}`)}`,
      ],
    );
  }
  return commandLines([
    'Write it (asks before it overwrites)',
    `levitate deploy HOST ${quote(path)}`,
  ]);
}

/** Signatures that nobody has compared with anything. */
function signatureLines(
  { signatures, signedBy, refusals }: ImageReport,
  row: (name: string, text: string) => string[],
): string[] {
  if (signatures.length === 0 || signedBy || refusals.length > 0) return [];
  return row(
    'signature',
    `${signatures.join(', ')}, which is compared with the keys under flash.trust of a profile: levitate image FILE PROFILE`,
  );
}

/** The most files of a container that are listed for people. */
const mostListed = 20;

function containerLines(
  { files, hint }: NonNullable<ImageReport['container']>,
  row: (name: string, text: string) => string[],
): string[] {
  const images = files.filter(({ isImage }) => isImage);
  const [only] = images;
  const listed = files.slice(0, mostListed);
  const rest = files.length - listed.length;
  return [
    ...listed.flatMap(({ name, what, length }, index) =>
      row(
        index === 0 ? 'holds' : '',
        [
          name,
          ...(what === undefined ? [] : [what]),
          ...(length === undefined ? [] : [formatBytes(length)]),
        ].join(', '),
      ),
    ),
    ...(rest > 0 ? row('', `and ${rest} more`) : []),
    ...(images.length === 1 && only
      ? row('image', `${only.name} is the one image in it: ${only.takeOut}`)
      : images.flatMap((one, index) => row(index === 0 ? 'images' : '', one.takeOut))),
    ...(hint === undefined ? [] : row('', hint)),
  ];
}
