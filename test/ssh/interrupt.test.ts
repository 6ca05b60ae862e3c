import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, test } from 'vitest';
import { compiledProgram } from '../program.js';
import { startPretender } from './pretender.js';

let program: Awaited<ReturnType<typeof compiledProgram>>;
beforeAll(async () => {
  program = await compiledProgram();
});
afterAll(() => program.remove());

test.concurrent.for([
  [['probe', 'device'], 'INTERRUPTED', 4],
  [['enter', 'device', '--dry-run'], 'INTERRUPTED', 4],
  [['uninstall', 'device'], 'INTERRUPTED', 4],
  [['build', 'PROFILE', '-o', 'ARCHIVE', '--from-device', 'device'], 'INTERRUPTED', 4],
  [['status', 'device'], 'INTERRUPTED', 6],
  [['leave', 'device'], 'INTERRUPTED_IN_MAINTENANCE', 5],
] as const)(
  'Ctrl-C while %j is answered',
  { timeout: 120_000 },
  async ([words, code, exit], { expect }) => {
    // Whatever is asked, the device takes its time; it tells that it was asked.
    const slow = 'touch FOLDER/asked; exec sleep 1000';
    const device = await startPretender({ sh: slow, flasher: slow });
    const here = {
      PROFILE: `${device.server.folder}/x.yaml`,
      ARCHIVE: `${device.server.folder}/x`,
    };
    writeFileSync(here.PROFILE, 'name: x\narch: x86_64\nroot: { from: device }\n');
    const args = words.map((word) => (here as Record<string, string>)[word] ?? word);
    const env = {
      XDG_STATE_HOME: words[0] === 'leave' ? device.state : device.server.folder,
    };
    // A group of its own, as a shell makes one on a terminal: Ctrl-C goes to ssh as well.
    const child = execa(process.execPath, [program.main, ...args, '--json', '-F', device.config], {
      reject: false,
      stdin: 'ignore',
      env,
      detached: true,
      timeout: 100_000,
    });
    await expect
      .poll(() => existsSync(path.join(device.server.folder, 'asked')), { timeout: 60_000 })
      .toBe(true);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    const { stdout, stderr, exitCode } = await child;
    expect(stdout.split('\n').at(-1), stderr).toContain(`"code":"${code}"`);
    expect(exitCode).toBe(exit);
    await device.stop();
  },
);
