import type { Command } from 'commander';
import { FleetError } from '../../errors.js';
import { quarantined, releaseDevice } from '../../operations/quarantine.js';
import { stations, takeOver } from '../../operations/stations.js';
import { levitateDriver } from '../../station/levitate-driver.js';
import { runStation } from '../../station/run-station.js';
import { stateFolder } from '../../store/folder.js';
import { stopCluster } from '../../store/cluster.js';
import { addDatabaseCommand, addGroup, withEngine, withJson, withStore } from '../command.js';
import type { DatabaseOptions } from '../command.js';
import { complain, print, printJson, tableLines } from '../output.js';

interface RunFlags extends DatabaseOptions {
  parallel: string;
  sshConfig?: string;
  untilDone?: boolean;
}

/** Adds `station run`, `quarantine` and `database`. */
export function addStation(program: Command): void {
  const station = addGroup(program, 'station', 'do the deploys');
  addDatabaseCommand(station, 'run', 'do the deploys of a station until Ctrl-C')
    .argument('[NAME]', 'the name of the station, as the inventory has it', 'main')
    .option('--parallel <N>', 'how many devices it works on at once', '40')
    .option('-F, --ssh-config <FILE>', 'use this ssh_config in place of your own')
    .option('--until-done', 'end once no rollout runs')
    .action(async (name: string, flags: RunFlags) => {
      const parallel = Number(flags.parallel);
      if (!Number.isInteger(parallel) || parallel < 1)
        throw new FleetError(
          'USAGE',
          `--parallel is a number of devices, and not ${flags.parallel}`,
        );
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
          driver: levitateDriver(flags.sshConfig),
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
      ...[name, `${Math.round(silentSeconds)} s`, String(devices), String(open)],
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
