import { join } from 'node:path';
import type { Command } from 'commander';
import { FleetError } from '../../errors.js';
import { quarantined, releaseDevice } from '../../operations/quarantine.js';
import { stations, takeOver } from '../../operations/stations.js';
import { ImageCache } from '../../images/image-cache.js';
import { keepElsewhere } from '../../images/keep-elsewhere.js';
import { levitateDriver } from '../../station/levitate-driver.js';
import { runStation } from '../../station/run-station.js';
import { stateFolder } from '../../store/folder.js';
import { stopCluster } from '../../store/cluster.js';
import { addDatabaseCommand, addGroup, withEngine, withJson, withStore } from '../command.js';
import type { DatabaseOptions } from '../command.js';
import { complain, print, printJson, tableLines } from '../output.js';

interface RunFlags extends DatabaseOptions {
  parallel: string;
  imageCache: string;
  sshConfig?: string;
  untilDone?: boolean;
}

/** How this program is called for a command of the fleet. */
const ownCommand = (): string[] => [
  ...[process.execPath, ...process.execArgv, process.argv[1] ?? ''],
  'fleet',
];

/** A number of at least 1 that was typed. @throws FleetError USAGE */
function count(option: string, what: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new FleetError('USAGE', `${option} is a number of ${what}, and not ${text}`);
}

/** Adds `station run`, `quarantine` and `database`. */
export function addStation(program: Command): void {
  const station = addGroup(program, 'station', 'do the deploys');
  addDatabaseCommand(station, 'run', 'do the deploys of a station until Ctrl-C')
    .argument('[NAME]', 'the name of the station, as the inventory has it', 'main')
    .option('--parallel <N>', 'how many devices it works on at once', '40')
    .option(
      '--image-cache <GIB>',
      'how much of the disk images take that were read once for all devices, in GiB',
      '16',
    )
    .option('-F, --ssh-config <FILE>', 'use this ssh_config in place of your own')
    .option('--until-done', 'end once no rollout runs')
    .action(async (name: string, flags: RunFlags) => {
      const parallel = count('--parallel', 'devices', flags.parallel);
      const limit = count('--image-cache', 'GiB', flags.imageCache) * 1024 ** 3;
      const folder = join(stateFolder(), 'images');
      const cache = new ImageCache({ folder, limit }, keepElsewhere(ownCommand()));
      const end = new AbortController();
      const onSignal = () => {
        if (end.signal.aborted) process.exit(130);
        complain('No further device begins; once more to end at once.');
        end.abort();
      };
      process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
      await withEngine(flags, (store, engine) =>
        runStation(store, engine, {
          ...{ name, parallel, signal: end.signal, onEvent: complain },
          driver: levitateDriver(cache, flags.sshConfig),
          state: stateFolder(),
          untilIdle: flags.untilDone ?? false,
        }),
      );
    });
  addTakeover(station);
  addQuarantine(program);
  const database = addGroup(program, 'database', 'the private database of this machine');
  database
    .command('stop')
    .summary('end it until the next command')
    .description('Ends the private database; the next command starts it again.')
    .action(() => stopCluster(stateFolder()));
}

function addTakeover(group: Command): void {
  withJson(
    addDatabaseCommand(group, 'list', 'list the stations, and how long each is silent'),
  ).action(async (flags: DatabaseOptions & { json?: boolean }) => {
    const found = await withStore(flags, stations);
    if (flags.json) return printJson(found);
    const rows = found.map(({ name, silentSeconds, devices, open }) => [
      ...[name, silentSeconds === null ? 'never ran' : `${Math.round(silentSeconds)} s`],
      ...[String(devices), String(open)],
    ]);
    print(...tableLines(['NAME', 'SILENT', 'DEVICES', 'OPEN'], rows));
  });
  addDatabaseCommand(group, 'takeover', 'give the devices of a station that is gone to another one')
    .argument('<GONE>', 'the station that is gone')
    .argument('<NAME>', 'the station that takes its devices over; its key must be on them')
    .action(async (gone: string, name: string, flags: DatabaseOptions) => {
      const count = await withEngine(flags, (store, engine) => takeOver(store, engine, gone, name));
      print(`Devices that ${name} has taken over: ${count}.`);
    });
}

function addQuarantine(program: Command): void {
  const group = addGroup(program, 'quarantine', 'devices that no rollout goes to');
  withJson(addDatabaseCommand(group, 'list', 'list the quarantined devices')).action(
    async (flags: DatabaseOptions & { json?: boolean }) => {
      const found = await withStore(flags, quarantined);
      if (flags.json) return printJson(found);
      const rows = found.map(({ name, since, code, reason }) => [
        name,
        since.toISOString(),
        code,
        reason,
      ]);
      print(...tableLines(['NAME', 'SINCE', 'CODE', ''], rows));
    },
  );
  addDatabaseCommand(group, 'release', 'let rollouts go to a device again')
    .argument('<DEVICE>', 'its name')
    .option('--other-device', 'it is another device now: who it is, is learned anew')
    .action(async (name: string, flags: DatabaseOptions & { otherDevice?: boolean }) => {
      await withStore(flags, (store) => releaseDevice(store, name, flags.otherDevice ?? false));
      print(`${name} is quarantined no more.`);
    });
}
