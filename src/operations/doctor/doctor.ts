import type { Connection } from '../../device/connect.js';
import { LevitateError } from '../../errors.js';
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
  /** What levitate needs of the device: whether it can be reached, and the preflight's rows. */
  device?: Check[];
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
    return { host: device.host, machine, device: await checkDevice(device, run) };
  });

async function checkDevice(device: Connection, run: Run): Promise<Check[]> {
  try {
    const found = await probe(device, run);
    return [
      { name: 'connection', verdict: 'ok', found: `it answers as ${found.facts.hostname}` },
      ...found.checks,
      programsCheck(found),
    ];
  } catch (error) {
    run.signal?.throwIfAborted();
    if (!(error instanceof LevitateError)) throw error;
    const { message, hint } = error;
    return [
      {
        name: 'connection',
        verdict: 'refusal',
        found: message,
        ...(hint === undefined ? {} : { advice: hint }),
      },
    ];
  }
}

/** Programs that the device lacks come along, where there is a source of them. */
function programsCheck({ brought, wanted }: ProbeResult): Check {
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
