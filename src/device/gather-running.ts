import { LevitateError } from '../errors.js';
import { factBytes, factReader, markedFacts, type FactLines } from './fact-lines.js';
import type { Running } from './facts.js';
import { runScript, type ScriptResult } from './run-script.js';
import { runningScript } from './scripts.js';
import type { Transport } from '../ssh/transport.js';

/** What came beside the facts, for the error that says why they are none. */
export type Received = Pick<ScriptResult, 'received' | 'stderr'>;

/**
 * Asks a device which system runs: a small part of its facts, for whoever asks often.
 * @throws LevitateError REMOTE_FAILED when the script did not run to its end, and what `exec` throws
 */
export async function gatherRunning(transport: Transport): Promise<Running> {
  const answer = await runScript(transport, await runningScript(), {
    timeoutMs: 60_000,
    maxBytes: factBytes,
  });
  return parseRunning(markedFacts(answer), answer);
}

/**
 * Reads the first of the facts, of which the last must be there as well.
 * @throws LevitateError REMOTE_FAILED naming the fact
 */
export function parseRunning(told: FactLines, { received, stderr }: Received): Running {
  const { one } = told;
  if (one('levitate-facts') !== '1' || one('end') !== 'yes') {
    throw new LevitateError('REMOTE_FAILED', 'the device did not answer with its facts', {
      hint: 'levitate needs a login whose shell runs POSIX commands: try ssh HOST sh -c true.',
      data: { stdout: received, stderr: stderr.slice(-2000) },
    });
  }
  return {
    state: one('state') === 'maintenance' ? 'maintenance' : 'normal',
    bootId: factReader(told).owed('boot-id'),
  };
}
