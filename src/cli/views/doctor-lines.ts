import type { DoctorResult } from '../../operations/doctor/doctor.js';
import { commandLines } from './command-lines.js';
import { checkLines } from './format.js';

/** What this machine and a device lack, for people, and what comes next. */
export function doctorLines(
  { host, machine, state, device }: DoctorResult,
  columns = Infinity,
): string[] {
  const all = [...machine, ...(device ?? [])];
  const necessary = all.some(({ verdict }) => verdict === 'refusal');
  const wanting = all.some(({ verdict }) => verdict === 'warning');
  const next =
    state === 'maintenance'
      ? `levitate status ${host ?? 'HOST'}`
      : `levitate probe ${host ?? 'HOST'} --profile-out device.yaml`;
  return [
    '  this machine',
    ...machine.flatMap((check) => checkLines(check, columns)),
    ...(device
      ? [`  ${host ?? 'the device'}`, ...device.flatMap((check) => checkLines(check, columns))]
      : []),
    ...(necessary
      ? ['Something necessary is missing: the rows marked REFUSED say what to do.']
      : [
          `Nothing necessary is missing${wanting ? '; the rows with a warning say what else is useful' : ''}.`,
          ...commandLines(['Next', next]),
        ]),
  ];
}
