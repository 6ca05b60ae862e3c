/** Ctrl-C on a terminal, below npx and without it: the program ends by itself, and its status is what the caller gets. */
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { compiledProgram } from '../../program.js';
import { hangUp, onTerminal } from '../../terminal.js';

let program: Awaited<ReturnType<typeof compiledProgram>>;
let folder: string;
beforeAll(async () => {
  program = await compiledProgram();
  folder = await mkdtemp(path.join(tmpdir(), 'levitate-interrupt-'));
  await mkdir(path.join(folder, 'node_modules/.bin'), { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{"name":"x","version":"1.0.0"}');
  await chmod(program.main, 0o755);
  await symlink(program.main, path.join(folder, 'node_modules/.bin/levitate'));
  await writeFile(
    path.join(folder, 'p.yaml'),
    'name: x\narch: x86_64\nflash: { targets: { disk: { block: /dev/vda } } }\n',
  );
  // Reading it to its end takes far longer than the test.
  await writeFile(path.join(folder, 'image'), '');
  await truncate(path.join(folder, 'image'), 2 ** 42);
});
afterAll(async () => {
  await program.remove();
  await rm(folder, { recursive: true, force: true });
});

const deploy = 'levitate deploy box p.yaml disk=image';
const ctrlC = { when: / image +\[/, type: '\x03' };

it.each([
  ['npx', `npx ${deploy}`],
  ['npm exec', `npm exec -- ${deploy}`],
  ['nothing', `./node_modules/.bin/${deploy}`],
  ['npx in a pipeline', `npx ${deploy} --yes --json | cat`, /"type":"bytes"/],
])('below %s Ctrl-C ends it with its own status', async (_what, command, when = ctrlC.when) => {
  const said = await onTerminal(
    `bash -c 'set -o pipefail; ${command}; echo "status=$?"; sleep 0.2; jobs'`,
    [{ ...ctrlC, when }],
    { cwd: folder },
  );
  expect(said).toMatch(/INTERRUPTED/);
  // The shell goes on only when levitate has ended.
  expect(said.trimEnd()).toMatch(/status=4$/);
});

it('stops on Ctrl-Z like any program, and goes on', async () => {
  const said = await onTerminal(
    'bash --norc -i',
    [
      { when: /[$#] $/, type: `npx ${deploy}\n` },
      { when: ctrlC.when, type: '\x1a' },
      { when: /Stopped[\s\S]*[$#] $/, type: 'echo stop""ped; fg\n' },
      { when: /stopped[\s\S]*image +\[/, type: '\x03' },
      { when: /INTERRUPTED[\s\S]*[$#] $/, type: 'echo "status=$?"; exit\n' },
    ],
    { cwd: folder },
  );
  expect(said).toMatch(/status=4/);
});

it('stops on SIGHUP as on Ctrl-C where it has no terminal', async () => {
  const child = execa('node', [program.main, ...deploy.split(' ').slice(1), '--yes'], {
    cwd: folder,
    stdin: 'ignore',
    reject: false,
  });
  for await (const line of child) if (/ image +\S/.test(line)) break;
  child.kill('SIGHUP');
  const { exitCode, stderr } = await child;
  expect(stderr).toMatch(/^INTERRUPTED: /m);
  expect(exitCode).toBe(4);
});

it('puts things right where its terminal is closed, and ends as such a program does', async () => {
  const status = path.join(folder, 'status');
  // The inner shell outlives the terminal, and tells how the program has ended.
  await onTerminal(
    `sh -c '(trap "" HUP; ./node_modules/.bin/${deploy}; echo $? >"${status}"); true'`,
    [{ when: / image +\[/, type: hangUp }],
    { cwd: folder },
  );
  const ended = () => readFile(status, 'utf8').catch(() => '');
  await vi.waitFor(async () => expect(await ended()).toBe('129\n'), { timeout: 60_000 });
});
