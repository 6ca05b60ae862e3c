import type { Connection } from '../../device/connect.js';
import { LevitateError, type ErrorCode } from '../../errors.js';
import type { Check, Run } from '../../progress.js';
import { stoppable } from '../interrupt.js';
import { probe, type ProbeResult } from '../probe/probe.js';
import { checkMachine } from './machine.js';

/** What `doctor` takes. */
export interface DoctorOptions {
  /** A device to look at as well. */
  device?: Connection;
}

/** What `doctor` gives. */
export interface DoctorResult {
  /** The device, as it was named; missing where none was. */
  host?: string;
  /** What levitate needs of this machine. */
  machine: Check[];
  /** Which system of the device answers; missing where none does. */
  state?: 'normal' | 'maintenance';
  /** What levitate needs of the device: whether it can be reached, and of its own system the preflight's rows. */
  device?: Check[];
  /** Where no system of the device can be asked: the code of the error, and the exit status that stands for it. */
  unreached?: { code: ErrorCode; exit: number };
}

/**
 * Tells what this machine lacks, and a device: programs, folders, rights. It changes nothing. What is lacking is a result
 * here, not an error.
 * @throws LevitateError INTERRUPTED
 */
export const doctor = ({ device }: DoctorOptions = {}, run: Run = {}): Promise<DoctorResult> =>
  stoppable(run.signal, { message: 'interrupted; nothing has changed' }, async () => {
    const machine = await checkMachine();
    if (!device) return { machine };
    return { host: device.host, machine, ...(await checkDevice(device, run)) };
  });

async function checkDevice(
  device: Connection,
  run: Run,
): Promise<Pick<DoctorResult, 'state' | 'device' | 'unreached'>> {
  try {
    return deviceRows(await probe(device, run));
  } catch (error) {
    run.signal?.throwIfAborted();
    if (!(error instanceof LevitateError)) throw error;
    const { code, message, hint, exit } = error;
    return {
      unreached: { code, exit },
      device: [
        {
          name: 'connection',
          verdict: 'refusal',
          found: message,
          ...(hint === undefined ? {} : { advice: hint }),
        },
      ],
    };
  }
}

/** What a device lacks, from what a probe found; in maintenance it has been entered, and lacks nothing for that. Pure. */
export function deviceRows(
  found: Pick<ProbeResult, 'host' | 'checks' | 'brought' | 'wanted'> & {
    facts: Pick<ProbeResult['facts'], 'state' | 'hostname'>;
  },
): Pick<DoctorResult, 'state' | 'device'> {
  const { hostname, state } = found.facts;
  const connection: Check = {
    name: 'connection',
    verdict: 'ok',
    found: `it answers as ${hostname}`,
  };
  const rows: Check[] =
    state === 'maintenance'
      ? [{ name: 'state', verdict: 'ok', found: 'the device is in maintenance' }]
      : [...found.checks, programsCheck(found)];
  return { state, device: [connection, ...rows] };
}

/** Programs that the device lacks come along, where there is a source of them. */
function programsCheck({ brought, wanted }: Pick<ProbeResult, 'brought' | 'wanted'>): Check {
  const name = 'programs';
  if (wanted && wanted.length > 0)
    return {
      name,
      verdict: 'warning',
      found: `the device lacks ${wanted.join(' ')}, and Debian has none for its processor`,
      advice: 'A sysroot has to give them: levitate help sysroot.',
    };
  const found =
    brought.length === 0 ? 'nothing is missing' : `levitate brings ${brought.join(' ')}`;
  return { name, verdict: 'ok', found };
}
