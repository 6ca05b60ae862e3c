import type { HalfWritten } from '../../operations/leave/leave.js';
import { quote } from '../../shared/shell-quote.js';
import { answersTo } from './overwrite-lines.js';
import { wrapped } from './wrapped.js';

/** What a person has to know before they reboot a device that is not whole, on a screen of that many columns. */
export function halfWrittenLines(device: HalfWritten, columns: number): string[] {
  const { host, targets, writer } = device;
  return [
    '',
    ...wrapped('', `This reboots ${host}, and it will probably not boot:`, columns),
    '',
    ...(targets
      ? targets.flatMap(({ target }) =>
          wrapped(`  ${target}  `, 'was written to, and is not read back whole.', columns),
        )
      : wrapped(
          '  ',
          'Its flasher speaks another protocol, and does not tell whether what was written is whole.',
          columns,
        )),
    ...(writer === undefined ? [] : wrapped('  ', `${writer} is writing to it now.`, columns)),
    '',
    ...wrapped(
      '',
      'A device that does not boot is out of reach from here: it takes hands on it, and what its maker gives to write its flash from outside. In maintenance it waits as long as it takes.',
      columns,
    ),
    ...insteadOf(device),
    ...wrapped(
      '',
      `To reboot it all the same, answer ${answersTo(device).join(' or ')}; anything else ends here.`,
      columns,
    ),
  ];
}

/** What is better done; a command is not broken into lines, so that it can be pasted. */
function insteadOf({ host, targets = [], writer }: HalfWritten): string[] {
  if (writer !== undefined) return ['See when that has ended:', `  levitate status ${host}`];
  if (targets.length === 0) return [];
  const pairs = targets.map(({ target, image = 'IMAGE' }) => quote(`${target}=${image}`));
  return ['To finish the write instead:', `  levitate flash ${host} ${pairs.join(' ')}`];
}
