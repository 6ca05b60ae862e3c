/** Terminals and people that are not the usual ones: narrow, dumb, in ASCII, in a hurry, curious. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compiledProgram } from '../../program.js';
import { onTerminal } from '../../terminal.js';

let program: Awaited<ReturnType<typeof compiledProgram>>;
let folder: string;
beforeAll(async () => {
  program = await compiledProgram();
  folder = await mkdtemp(path.join(tmpdir(), 'levitate-terminal-'));
  await writeFile(
    path.join(folder, 'p.yaml'),
    'name: x\narch: x86_64\nflash: { targets: { disk: { block: /dev/vda } } }\n',
  );
  // Reading it to its end takes far longer than the test.
  await writeFile(path.join(folder, 'größe'), '');
  await truncate(path.join(folder, 'größe'), 2 ** 42);
});
afterAll(async () => {
  await program.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Reads an image on a terminal until `when` was printed, and interrupts. */
const reading = (when: RegExp, env: Record<string, string>, before = '') =>
  onTerminal(
    `sh -c '${before} exec node ${program.main} deploy box p.yaml disk=größe'`,
    [{ when, type: '\x03' }],
    { cwd: folder, env },
  );
const utf8 = { LC_ALL: 'C.UTF-8', TERM: 'xterm' };

it('fits into 60 columns, and tells the time that is left', async () => {
  const said = await reading(/ left/, utf8, 'stty cols 60;');
  // What is typed stands behind what was drawn.
  const lines = said.split(/\r?\n|\r/).map((line) => line.replace(/\x1b\[K|\^C/g, ''));
  const drawn = lines.filter((line) => line.includes(' left'));
  expect(drawn.length).toBeGreaterThan(0);
  for (const line of drawn) expect(line.length).toBeLessThan(60);
});

it('gives no orders to a dumb terminal, and colours to none', async () => {
  expect(await reading(/ left/, { ...utf8, TERM: 'dumb' })).not.toContain('\x1b');
  const colours = await reading(/ left/, { ...utf8, NO_COLOR: '1' });
  expect(colours.replaceAll('\x1b[K', '')).not.toContain('\x1b');
});

it('writes ASCII alone where the locale has nothing else', async () => {
  const said = await reading(/ left/, { LC_ALL: 'C', TERM: 'xterm' });
  expect(said).toMatch(/image +gr\\x[^]*e \.\.\./);
  expect(/[^\x00-\x7f]/.exec(said)).toBeNull();
  expect(await reading(/ left/, utf8)).toContain('größe …');
});

const levitate = (...args: string[]) =>
  execa(process.execPath, [program.main, ...args], { reject: false, stdin: 'ignore' });

it('tells with --verbose what ssh says', async () => {
  const call = ['probe', 'nobody@host.invalid', '-F', '/dev/null'];
  const { stdout } = await levitate(...call, '--verbose');
  expect(stdout).toMatch(/^ {2}ssh: debug1: /m);
  expect((await levitate(...call)).stdout).not.toContain('debug1');
});

it.each([['--quiet'], ['--json'], []])(
  'says on standard error why a status is none of success: %s',
  async (...how) => {
    const status = await levitate('status', 'nobody@host.invalid', ...how);
    expect(status).toMatchObject({ exitCode: 6 });
    expect(status.stderr).toMatch(/^nobody@host\.invalid does not answer: /);
    const doctor = await levitate('doctor', 'nobody@host.invalid', ...how);
    expect(doctor).toMatchObject({ exitCode: 6 });
    expect(doctor.stderr).toMatch(/^connection: .*host\.invalid/m);
    if (how[0] === '--quiet') expect([status.stdout, doctor.stdout]).toEqual(['', '']);
  },
);
