/** `npm run e2e:inits [-- DEVICE...]`: a table, init × what has to hold of it; ends non-zero when a cell fails. */
import { deviceNames, type BootOptions, type DeviceName } from '../lab/index.js';
import { reasonOf } from '../../src/errors.js';
import * as cells from './init-cells.js';
import { Levitate } from './levitate.js';

/** What has to hold, in the order in which one device goes through it. */
const columns: [name: string, cell: (levitate: Levitate) => Promise<void>][] = [
  ['poweroff while armed', cells.obeysPoweroff],
  ['back on failure', cells.turnsBackOnFailure],
  ['back on silence', cells.turnsBackOnSilence],
  ['enter', cells.enters],
  ['proof', cells.isProven],
  ['watchdog', cells.survivesWatchdog],
];

/** A watchdog that resets after 30 s, for a device that has none by itself. */
const hardware: Partial<Record<DeviceName, BootOptions>> = {
  'router-ubi': { extraQemuArgs: ['-device', 'i6300esb'] },
};

/** The boards of other architectures have no watchdog, and their small systems no module that plays one. */
const hasWatchdog = (name: DeviceName): boolean =>
  name === 'sbc-systemd' || name === 'router-ubi' || name.startsWith('init-');

/** Nothing runs OpenWrt's own procd here. */
const standIns: Partial<Record<DeviceName, string>> = { 'init-procd': ' (stand-in)' };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !deviceNames.includes(name as DeviceName));
if (unknown.length > 0) {
  process.stderr.write(
    `no such device: ${unknown.join(', ')}; there are ${deviceNames.join(', ')}\n`,
  );
  process.exit(2);
}
const width = Math.max(...deviceNames.map((name) => name.length)) + ' (stand-in)'.length;
process.stdout.write(`${'init'.padEnd(width)}${columns.map(([name]) => `  ${name}`).join('')}\n`);
const failures: string[] = [];
// Beside the sbc and the routers, whose inits they have, these say nothing of inits.
const usual = deviceNames.filter((name) => name !== 'stack-systemd' && name !== 'pi-slots');
for (const name of wanted.length > 0 ? (wanted as DeviceName[]) : usual) await row(name);
for (const failure of failures) process.stdout.write(`\n${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;

async function row(name: DeviceName): Promise<void> {
  process.stdout.write(`${name}${standIns[name] ?? ''}`.padEnd(width));
  const levitate = await Levitate.at(name, hardware[name]).catch((error: unknown) => {
    failures.push(`${name}: ${reasonOf(error)}`);
  });
  if (!levitate) return void process.stdout.write('  FAILED\n');
  let broken = false;
  try {
    for (const [column, cell] of columns) {
      let verdict = 'ok';
      try {
        if (broken || (column === 'watchdog' && !hasWatchdog(name))) verdict = '-';
        else {
          if (column === 'enter' && hasWatchdog(name)) await cells.startFeeder(levitate);
          await cell(levitate);
        }
      } catch (error) {
        verdict = 'FAILED';
        broken = true;
        const said = (await levitate.device.console()).slice(-800);
        failures.push(`${name}, ${column}: ${reasonOf(error)}\n${said}`);
      }
      process.stdout.write(`  ${verdict.padEnd(column.length)}`);
    }
    if (!broken) await cells.leaves(levitate);
  } finally {
    process.stdout.write('\n');
    await levitate.close();
  }
}
