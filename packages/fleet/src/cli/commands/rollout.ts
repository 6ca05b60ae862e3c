import type { Command } from 'commander';
import { FleetError } from '../../errors.js';
import {
  passGate,
  pauseRollout,
  resumeRollout,
  retryRollout,
  stopRollout,
} from '../../operations/change-rollout.js';
import { report, reportCsv } from '../../operations/report.js';
import { rollouts, type RolloutView } from '../../operations/rollouts.js';
import { digestDigits, planFromFile, startRollout } from '../../operations/start-rollout.js';
import type { Planned } from '../../rollout/plan-rollout.js';
import { addDatabaseCommand, addGroup, withEngine, withJson, withStore } from '../command.js';
import type { DatabaseOptions } from '../command.js';
import { print, printJson, tableLines } from '../output.js';

interface Flags extends DatabaseOptions {
  json?: boolean;
  csv?: boolean;
}

/** The number of a rollout as people type it. @throws FleetError USAGE */
function numberOf(text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new FleetError('USAGE', `'${text}' is not the number of a rollout`);
}

/** Adds `rollout` with its commands, and `report`. */
export function addRollout(program: Command): void {
  const group = addGroup(program, 'rollout', 'plan, start, watch and hold rollouts');
  withJson(
    addDatabaseCommand(group, 'plan', 'show which devices a rollout goes to, in which groups'),
  )
    .argument('<FILE>', 'the file of the rollout')
    .action(async (file: string, flags: Flags) => {
      const planned = await withStore(flags, (store) => planFromFile(store, file));
      if (flags.json) printJson(planned);
      else print(...planLines(planned, file));
    });
  addDatabaseCommand(group, 'start', 'start a rollout that does what `plan` has shown')
    .argument('<FILE>', 'the file of the rollout')
    .requiredOption('--plan <DIGEST>', 'the digest that `rollout plan` has printed')
    .action(async (file: string, flags: DatabaseOptions & { plan: string }) => {
      const id = await withStore(flags, (store) => startRollout(store, file, flags.plan));
      print(`Rollout ${id} runs.`);
    });
  withJson(addDatabaseCommand(group, 'list', 'list the rollouts')).action(async (flags: Flags) => {
    const views = await withStore(flags, (store) => rollouts(store));
    if (flags.json) return printJson(views);
    const rows = views.map(({ id, name, state, why }) => [String(id), name, state, why]);
    print(...tableLines(['ID', 'NAME', 'STATE', 'WHY'], rows));
  });
  withJson(addDatabaseCommand(group, 'status', 'tell where a rollout is'))
    .argument('<ID>', 'its number')
    .action(async (id: string, flags: Flags) => {
      const [view] = await withStore(flags, (store) => rollouts(store, numberOf(id)));
      if (flags.json) printJson(view);
      else print(...statusLines(view!));
    });
  addChanges(group);
  withJson(addDatabaseCommand(program, 'report', 'tell what became of each device of a rollout'))
    .argument('[ID]', 'the number of the rollout; default: the latest')
    .option('--csv', 'print a table: name, mac, OK or FAILED, bytes, sha256, seconds, code')
    .action(async (id: string | undefined, flags: Flags) => {
      const which = id === undefined ? undefined : numberOf(id);
      const rows = await withStore(flags, (store) => report(store, which));
      if (flags.json) return printJson(rows);
      if (flags.csv) return print(reportCsv(rows).trimEnd());
      const cells = rows.map((row) => [
        row.name,
        row.result,
        String(row.seconds),
        row.code,
        row.message,
      ]);
      print(...tableLines(['NAME', 'RESULT', 'SECONDS', 'CODE', ''], cells));
    });
}

/** Adds what holds a rollout and lets it go on. */
function addChanges(group: Command): void {
  const change = (
    name: string,
    does: string,
    work: (flags: DatabaseOptions, id: number) => Promise<string>,
  ) =>
    addDatabaseCommand(group, name, does)
      .argument('<ID>', 'the number of the rollout')
      .action(async (id: string, flags: DatabaseOptions) => print(await work(flags, numberOf(id))));
  change(
    'pause',
    'let no further device begin; those that have begun are written',
    async (flags, id) => {
      await withEngine(flags, (store, engine) => pauseRollout(store, engine, id));
      return `Rollout ${id} is paused.`;
    },
  );
  change(
    'stop',
    'let no further device begin, nor any be written to that is not yet',
    async (flags, id) => {
      await withEngine(flags, (store, engine) => stopRollout(store, engine, id));
      return `Rollout ${id} is stopped.`;
    },
  );
  change(
    'resume',
    'let a rollout go on; errors until now do not count any more',
    async (flags, id) => {
      await withStore(flags, (store) => resumeRollout(store, id));
      return `Rollout ${id} runs.`;
    },
  );
  change(
    'retry',
    'try the devices again that failed and are not quarantined',
    async (flags, id) => {
      const count = await withStore(flags, (store) => retryRollout(store, id));
      return `Rollout ${id} runs; devices that are tried again: ${count}.`;
    },
  );
  change('pass-gate', 'let the group behind a gate begin', async (flags, id) => {
    const name = await withStore(flags, (store) => passGate(store, id));
    return `The gate of ${name} is passed.`;
  });
}

function planLines({ plan, digest, quarantined }: Planned, file: string): string[] {
  const rows = plan.groups.map(({ name, devices, errors, missing, soakSeconds, gate }) => [
    ...[name, String(devices.length), String(errors), String(missing), `${soakSeconds} s`, gate],
    devices.length > 4
      ? `${devices[0]!.name} … ${devices.at(-1)!.name}`
      : devices.map((device) => device.name).join(' '),
  ]);
  const head = ['GROUP', 'DEVICES', 'ERRORS', 'MISSING', 'SOAK', 'GATE', ''];
  const kept =
    quarantined.length > 0 ? [`Quarantined, and left out: ${quarantined.join(' ')}`] : [];
  const short = digest.slice(0, digestDigits);
  return [
    ...tableLines(head, rows),
    ...kept,
    `To start exactly this: levitate fleet rollout start ${file} --plan ${short}`,
  ];
}

function statusLines({ id, name, state, why, groups }: RolloutView): string[] {
  const states = ['waiting', 'queued', 'preparing', 'writing', 'confirming', 'resting'];
  const ends = ['done', 'failed', 'refused', 'offline'];
  const columns = [...states, ...ends].filter((one) => groups.some((group) => group.states[one]));
  const rows = groups.map((group) => [
    group.name,
    ...columns.map((one) => String(group.states[one] ?? 0)),
  ]);
  const head = ['GROUP', ...columns.map((one) => one.toUpperCase())];
  return [`Rollout ${id}, ${name}: ${state}${why ? `: ${why}` : ''}`, ...tableLines(head, rows)];
}
