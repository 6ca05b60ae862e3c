import { secondsOf } from '../seconds-of.js';
import { powerPresets, type PowerPreset, type PowerTemplate } from './presets.js';
import type { PowerSettings } from './schema.js';
import { filled, filledLines, filledWhereGiven, type PowerValues } from './template.js';

/** What may be done with the power of a device. */
export type PowerAction = 'on' | 'off' | 'cycle';

/** A program that is run, with everything filled in but its own folder. */
export interface PowerCommand {
  /** The program and its words. */
  argv: string[];
  /** Its standard input. */
  input: string;
  /** Files in a folder of its own. */
  files: Record<string, string>;
  /** Variables of its environment; `{folder}` is that folder. */
  env: Record<string, string>;
  /** A regular expression of what it must print. */
  says?: string;
}

/** What is done one after the other. */
export type PowerStep =
  | { run: PowerCommand }
  | { waitSeconds: number }
  /** Whichever the version of the program is for, of which a pattern matches what `ask` prints. */
  | { ask: PowerCommand; versions: Record<string, PowerCommand[]>; heldSeconds: number };

/** A device whose power is switched. */
export interface Switched {
  /** Its name. */
  name: string;
  /** Its MAC address. */
  mac?: string;
  /** What the inventory says. */
  power: PowerSettings;
}

/**
 * Says what is to be run for an action. Pure.
 * @param secret what the file or the variable holds
 * @returns undefined where the device knows no such action
 */
export function powerSteps(
  { name, mac, power }: Switched,
  action: PowerAction,
  secret?: string,
): PowerStep[] | undefined {
  const { preset: presetName, command } = power;
  const preset: PowerPreset | undefined = presetName && powerPresets[presetName];
  const values = { ...preset?.defaults, ...settingsOf(power), name, mac, secret };
  const own = command?.[action];
  if (own) return [{ run: ownCommand(own, values) }];
  if (action === 'cycle') {
    if (preset?.pulses) return [pulse(preset.pulses, values, offSeconds(power))];
    const [off, on] = [onOrOff(preset, power, 'off', values), onOrOff(preset, power, 'on', values)];
    return off && on && [off, { waitSeconds: offSeconds(power) }, on];
  }
  const step = onOrOff(preset, power, action, values);
  return step && [step];
}

/** How long a program may take, in seconds. Pure. */
export const powerTimeout = ({ timeout }: PowerSettings): number => secondsOf(timeout ?? '20s');

/** What takes one request at a time: for devices with the same text, programs run one after the other. Pure. */
export function sharedBy({ name, power }: Switched): string {
  const preset: PowerPreset | undefined = power.preset && powerPresets[power.preset];
  const field = preset ? (power as Record<string, unknown>)[preset.oneAtATime] : undefined;
  return power.pdu ?? `${power.preset ?? 'command'} ${String(field ?? name)}`;
}

function onOrOff(
  preset: PowerPreset | undefined,
  { command }: PowerSettings,
  action: 'on' | 'off',
  values: PowerValues,
): PowerStep | undefined {
  const own = command?.[action];
  if (own) return { run: ownCommand(own, values) };
  if (!preset?.switches) return undefined;
  const about = { ...values, word: preset.words?.[action] };
  const url = values['url'] === undefined ? undefined : filled(values['url'], about);
  return { run: commandOf(preset.switches, { ...about, url }) };
}

const ownCommand = (argv: string[], { secret: _, ...values }: PowerValues): PowerCommand =>
  // What is no placeholder of ours is a word of theirs.
  plainCommand(argv.map((word) => filledWhereGiven(word, values)));

const plainCommand = (argv: string[]): PowerCommand => ({ argv, input: '', files: {}, env: {} });

function pulse(
  { ask, versions }: NonNullable<PowerPreset['pulses']>,
  given: PowerValues,
  heldSeconds: number,
): PowerStep {
  const [level, idle] = given['active'] === 'high' ? ['1', '0'] : ['0', '1'];
  const values = { ...given, level, idle, seconds: String(heldSeconds) };
  const commands = Object.entries(versions).map(([pattern, templates]) => [
    pattern,
    templates.map((template) => commandOf(template, values)),
  ]);
  return {
    ask: plainCommand([...ask]),
    versions: Object.fromEntries(commands) as Record<string, PowerCommand[]>,
    heldSeconds,
  };
}

function commandOf(template: PowerTemplate, given: PowerValues): PowerCommand {
  const values = { ...given, folder: '{folder}' };
  const lines = (some: readonly string[] = []) =>
    filledLines(some, values)
      .map((line) => `${line}\n`)
      .join('');
  const files = Object.entries(template.files ?? {}).map(([name, some]) => [name, lines(some)]);
  const env = Object.entries(template.env ?? {}).flatMap(([name, text]) => {
    const value = filled(text, values);
    return value === undefined ? [] : [[name, value]];
  });
  const says = template.says === undefined ? undefined : filled(template.says, values);
  return {
    argv: filledLines(template.argv, values),
    input: lines(template.input),
    files: Object.fromEntries(files) as Record<string, string>,
    env: Object.fromEntries(env) as Record<string, string>,
    ...(says === undefined ? {} : { says }),
  };
}

const settingsOf = ({ command: _, ...power }: PowerSettings): Record<string, string> =>
  Object.fromEntries(Object.entries(power).map(([field, value]) => [field, String(value)]));

const offSeconds = (power: PowerSettings) => secondsOf(power['off-for'] ?? '5s');
