/** What each command prints with --json, --quiet and --verbose, on a terminal and elsewhere: no device is needed to fail, nor to succeed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiledProgram } from '../../program.js';
import { onTerminal } from '../../terminal.js';

let program: Awaited<ReturnType<typeof compiledProgram>>;
let folder: string;
beforeAll(async () => {
  program = await compiledProgram();
  folder = await mkdtemp(path.join(tmpdir(), 'levitate-ways-'));
  const lines = ['name: x', 'arch: x86_64', 'flash: { targets: { disk: { block: /dev/vda } } }'];
  await writeFile(path.join(folder, 'p.yaml'), `${lines.join('\n')}\n`);
  await writeFile(path.join(folder, 'disk.img'), Buffer.alloc(4096, 'x'));
});
afterAll(async () => {
  await program.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Printed {
  stdout: string;
  stderr: string;
  exit: number;
}

/** Runs a command where each stream goes to a pipe. */
async function piped(words: string[]): Promise<Printed> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [program.main, ...words], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
  });
  return { stdout, stderr, exit: exitCode ?? -1 };
}

/** Runs a command on a terminal; what it prints on standard error goes elsewhere, to be told apart. */
async function onTerminals(words: string[]): Promise<Printed> {
  const at = path.join(folder, `on-terminal-${words.join('-').replaceAll('/', '-')}`);
  const command = [process.execPath, program.main, ...words].join(' ');
  const stdout = await onTerminal(`sh -c '${command} 2>${at}.err; echo $? >${at}.exit'`, [], {
    cwd: folder,
    env: { TERM: 'xterm', LC_ALL: 'C.UTF-8' },
  });
  const [stderr, exit] = await Promise.all(
    ['err', 'exit'].map((end) => readFile(`${at}.${end}`, 'utf8')),
  );
  return { stdout: stdout.replaceAll('\r\n', '\n').trimEnd(), stderr: stderr!, exit: Number(exit) };
}

const nobody = 'nobody@host.invalid';

/** Each command, the status that it ends with, and how its words on standard error then begin. */
const commands: [words: string, exit: number, why?: RegExp][] = [
  ['build nowhere.yaml -o out.gz', 2, /^PROFILE_UNREADABLE: /],
  ['image raw:disk.img', 0],
  ['image p.yaml', 2, /^IMAGE_FORMAT: /],
  ['doctor', 0],
  [`doctor ${nobody}`, 6, /^connection: /],
  [`probe ${nobody}`, 6, /^HOST_UNREACHABLE: /],
  [`status ${nobody}`, 6, /^\S+ does not answer: /],
  [`wear ${nobody}`, 6, /^HOST_UNREACHABLE: /],
  [`install ${nobody} nowhere.yaml`, 2, /^PROFILE_UNREADABLE: /],
  [`uninstall ${nobody}`, 6, /^HOST_UNREACHABLE: /],
  [`enter ${nobody}`, 6, /^HOST_UNREACHABLE: /],
  [`flash ${nobody} disk=disk.img --yes`, 3, /^NOT_IN_MAINTENANCE: /],
  [`leave ${nobody}`, 3, /^NOT_IN_MAINTENANCE: /],
  [`deploy ${nobody} raw:disk.img --yes`, 6, /^HOST_UNREACHABLE: /],
];

describe.each([
  ['a pipe', piped, commands],
  ['a terminal', onTerminals, commands.filter(([, exit]) => exit === 0 || exit === 3)],
] as const)('on %s', (_where, print, some) => {
  describe.each(some)('levitate %s', (command, exit, why) => {
    const words = command.split(' ');
    const asked = async (...how: string[]) => {
      const printed = await print([...words, ...how]);
      expect(printed.exit).toBe(exit);
      // What a warning says comes before; in words, and neither as JSON nor as a trace.
      const said = printed.stderr.replace(/^warning: .*(\n +\S.*)*\n?/gm, '');
      if (why) expect(said).toMatch(why);
      else expect(said).toBe('');
      expect(said).not.toMatch(/^\s*(at |\{)/m);
      return printed;
    };
    const parsed = (stdout: string) =>
      stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

    it('prints nothing but JSON with --json', async () => {
      const lines = parsed((await asked('--json')).stdout);
      for (const line of lines) {
        expect(Date.parse(String(line['time']))).not.toBeNaN();
        expect(line['host']).toBe(words.includes(nobody) ? nobody : undefined);
      }
      const ends = lines.filter(({ type }) => type === 'result' || type === 'error');
      expect(ends).toEqual([lines.at(-1)]);
    });

    it('prints nothing on standard output with --quiet, and the outcome with --json as well', async () => {
      expect((await asked('--quiet')).stdout).toBe('');
      const lines = parsed((await asked('--quiet', '--json')).stdout);
      expect(lines.filter(({ level }) => level !== 'warning')).toEqual([lines.at(-1)]);
      expect(['result', 'error']).toContain(lines.at(-1)?.['type']);
    });

    it('tells with --verbose what ssh says', async () => {
      const connects = exit === 6;
      expect(/^ {2}ssh: /m.test((await asked('--verbose')).stdout)).toBe(connects);
    });
  });
});
