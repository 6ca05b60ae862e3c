import { commandText, runDeviceCommand } from '../device/device-command.js';
import { LevitateError } from '../errors.js';
import type { DeviceCommand, Profile } from '../profile/profile.js';
import { inform, inPhase, type Check, type Run } from '../progress.js';
import type { CommandSettings } from '../protocol/script-settings.js';
import type { Transport } from '../ssh/transport.js';

/** When commands of the profile run, by the names that the profile has for it. */
export type When = 'before-enter' | 'after-flash';

/** The commands of a profile that run then. */
export const commandsOf = ({ commands }: Pick<Profile, 'commands'>, when: When) =>
  (when === 'before-enter' ? commands?.beforeEnter : commands?.afterFlash) ?? [];

/** Says which commands run then, as a row of the preflight; nothing where none does. Pure. */
export function commandCheck(profile: Pick<Profile, 'commands'>, when: When): Check | undefined {
  const texts = commandsOf(profile, when).map((command) => `\`${commandText(command)}\``);
  if (texts.length === 0) return undefined;
  const where = when === 'before-enter' ? 'before the device is entered' : 'after the read-back';
  return { name: when, verdict: 'ok', found: `${texts.join(', then ')} runs ${where}` };
}

/**
 * Runs commands of the profile on the device, one after the other, and tells what each has printed.
 * @param host the device, as it was named
 * @param targets the names of the targets that are written in this job
 * @throws LevitateError COMMAND_FAILED for the first that fails, and what connecting throws
 */
export const runDeviceCommands = (
  transport: Transport,
  when: When,
  { profile, host, targets }: { profile: Profile; host: string; targets: string[] },
  run: Run,
): Promise<void> =>
  runCommandList(
    transport,
    {
      when,
      commands: commandsOf(profile, when),
      settings: {
        LEVITATE_HOST: host,
        LEVITATE_PROFILE: profile.name,
        LEVITATE_FLASHED: targets.join(' '),
        LEVITATE_NEW_ROOT: '',
        LEVITATE_OLD_ROOT: '',
      },
    },
    run,
  );

/** Commands that run on a device, and what they learn from their environment. */
export interface CommandRun {
  /** When they run, as the commands and a person are told. */
  when: string;
  /** In their order. */
  commands: DeviceCommand[];
  /** What they learn besides. */
  settings: Omit<CommandSettings, 'LEVITATE_WHEN'>;
}

/**
 * Runs commands on the device, one after the other, and tells what each has printed.
 * @throws LevitateError COMMAND_FAILED for the first that fails, and what connecting throws
 */
export async function runCommandList(
  transport: Transport,
  { when, commands, settings: others }: CommandRun,
  run: Run,
): Promise<void> {
  const settings = { ...others, LEVITATE_WHEN: when };
  const told = (lines: string[]) => lines.forEach((line) => inform(run, `${when}: ${line}`));
  for (const command of commands)
    await inPhase(
      run,
      'command',
      async () =>
        told(
          await runDeviceCommand(transport, command, settings, run.signal).catch(
            (error: unknown) => {
              throw inWhen(when, error, told);
            },
          ),
        ),
      when,
    );
}

/** The failure of a command with when it ran, after what it printed was told. */
function inWhen(when: string, error: unknown, told: (lines: string[]) => void): unknown {
  if (!(error instanceof LevitateError) || error.code !== 'COMMAND_FAILED') return error;
  const { message, hint, data } = error;
  told((data?.['output'] ?? []) as string[]);
  return new LevitateError('COMMAND_FAILED', `${when}: ${message}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(data ? { data: { when, ...data } } : {}),
    cause: error,
  });
}
