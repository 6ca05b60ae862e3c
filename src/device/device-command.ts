import { isCode, LevitateError } from '../errors.js';
import type { DeviceCommand } from '../profile/profile.js';
import type { CommandSettings } from '../protocol/script-settings.js';
import { assignments, quote, shellWord } from '../shared/shell-quote.js';
import type { Transport } from '../ssh/transport.js';
import { runScript } from './run-script.js';
import { readScript } from './scripts.js';

/** A command as a person would type it. */
export const commandText = ({ run }: DeviceCommand): string => run.map(quote).join(' ');

/** Beyond its bound, what the device may take to end a command and to say so, in milliseconds. */
const graceMs = 30_000;

/**
 * Runs a command of the profile on a device, whose own shell ends it when its time is over.
 * @param settings what it learns from its environment
 * @returns what it printed, its two outputs as one, line by line
 * @throws LevitateError COMMAND_FAILED with its last line; CONNECTION_LOST where nobody knows what became of it
 */
export async function runDeviceCommand(
  transport: Transport,
  command: DeviceCommand,
  settings: CommandSettings,
  signal?: AbortSignal,
): Promise<string[]> {
  const { run, timeoutSeconds } = command;
  const script = [
    ...assignments(settings),
    await readScript('remote/command.sh'),
    ['run_bounded', String(timeoutSeconds), ...run.map(shellWord)].join(' '),
  ].join('\n');
  const bound = timeoutSeconds * 1000;
  const started = performance.now();
  const answer = await runScript(transport, script, {
    timeoutMs: bound + graceMs,
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (!isCode(error, 'CONNECTION_LOST') || error.data?.['timeoutMs'] === undefined) throw error;
    throw failed(command, `has not ended within ${timeoutSeconds} s`, []);
  });
  const { stdout, stderr, code } = answer;
  const lines = `${stdout.toString()}${stderr}`.split('\n').filter((line) => line.trim() !== '');
  if (code === 0) return lines;
  const late = performance.now() - started >= bound && (code ?? 128) >= 128;
  const ended = code === null ? 'was killed' : `ended with status ${code}`;
  throw failed(command, late ? `had not ended after ${timeoutSeconds} s` : ended, lines);
}

const failed = (command: DeviceCommand, how: string, lines: string[]): LevitateError =>
  new LevitateError(
    'COMMAND_FAILED',
    `\`${commandText(command)}\` ${how}${lines.length > 0 ? `: ${lines.slice(-3).join('; ')}` : ', and printed nothing'}`,
    { data: { command: command.run, output: lines.slice(-100) } },
  );
