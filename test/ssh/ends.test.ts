import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, test } from 'vitest';
import { compiledProgram } from '../program.js';
import { goodFlasher, startPretender } from './pretender.js';

let program: Awaited<ReturnType<typeof compiledProgram>>;
beforeAll(async () => {
  program = await compiledProgram();
});
afterAll(() => program.remove());

/** Flashers that are none. */
const flashers = {
  'says what nobody understands': 'echo nonsense',
  'says nothing and ends': 'exit 0',
  'fails without a word': 'exit 1',
  'ends the connection': 'kill -9 $PPID',
  'answers null': 'echo null',
  'answers without any fact': `echo '{"type":"status"}'`,
  'refuses with a code of its own': `echo '{"type":"error","code":"WHATEVER","message":"no"}'; exit 3`,
  'knows only its status': goodFlasher,
  'never answers': 'exec sleep 1000',
};

/** Every command that asks a flasher, IMAGE being a file. */
const commands: string[][] = [
  ['status', 'device'],
  ['flash', 'device', 'disk=IMAGE', '--yes'],
  ['flash', 'device', 'disk=IMAGE', '--dry-run'],
  ['leave', 'device'],
  ['enter', 'device', '--dry-run'],
];

/** All of them for the ways in which a connection goes on, ends and stays silent; for others one that asks and orders. */
const allFor = ['says what nobody understands', 'ends the connection', 'never answers'];

test.concurrent.for(Object.entries(flashers))(
  'every command ends with a flasher that %s',
  { timeout: 300_000 },
  async ([name, flasher], { expect }) => {
    const device = await startPretender({ flasher });
    const image = path.join(device.server.folder, 'image');
    writeFileSync(image, Buffer.alloc(1 << 20, 1));
    await Promise.all(
      commands
        .filter(([command]) => command === 'leave' || allFor.includes(name))
        .map(async (words) => {
          const args = [...words.map((word) => word.replace('IMAGE', `raw:${image}`)), '--json'];
          const result = await execa(
            process.execPath,
            [program.main, ...args, '-F', device.config],
            {
              reject: false,
              stdin: 'ignore',
              env: { XDG_STATE_HOME: device.state },
              timeout: 280_000,
            },
          );
          const told = `${words.join(' ')}: ${result.stdout}${result.stderr}`;
          expect(result.timedOut, told).toBe(false);
          expect(result.exitCode, told).toBeTypeOf('number');
          expect(result.stdout.split('\n').at(-1), told).toMatch(/"type":"(error|result)"/);
        }),
    );
    await device.stop();
  },
);

test.concurrent.for([
  ['status', 'device'],
  ['wear', 'device'],
  ['doctor', 'device'],
  ['probe', 'device'],
])('the link breaks while the running system is asked: %j', async (words, { expect }) => {
  const device = await startPretender({ sh: 'kill -9 $PPID' });
  const args = [program.main, ...words, '--json', '-F', device.config];
  const { exitCode, stdout } = await execa(process.execPath, args, {
    reject: false,
    stdin: 'ignore',
    // A folder without an entry of this device.
    env: { XDG_STATE_HOME: device.server.folder },
  });
  expect(stdout).toContain('"CONNECTION_LOST"');
  expect(exitCode, stdout).toBe(6);
  await device.stop();
});
