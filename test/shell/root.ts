import { spawn, type ChildProcess } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { build } from '../../src/index.js';

/** A maintenance root, unpacked, in which scripts can be run with its own busybox. */
export interface Root {
  /** Runs a scenario of `scenarios/` in namespaces of its own, with the root as `/`. */
  run(scenario: string): Promise<{ exitCode: number | undefined; output: string }>;
  /** Starts a script of any folder in the same way, to be talked to; it ends with this process. */
  serve(script: string): Promise<ChildProcess>;
  /** Where the root lies. */
  folder: string;
  /** The words of a command that runs a program of the root in such namespaces. */
  words(program: string, ...args: string[]): string[];
  /** Keeps namespaces with the root as `/` open, and gives a program that runs the flasher in them, and their `/`. */
  inhabit(): Promise<{ flasher: string; slash: string; leave(): Promise<void> }>;
  remove(): Promise<void>;
}

const here = import.meta.dirname;
const inside = [
  'set -e',
  'mount --bind "$1" "$1"',
  'mount -t proc proc "$1/proc"',
  'mount --rbind /dev "$1/dev"',
  'mount -t tmpfs run "$1/run"',
  'mount -t tmpfs tmp "$1/tmp"',
  'exec chroot "$@"',
].join('\n');

/** What a root for tests is. */
interface RootOptions {
  /** Writes the archive, which is the router's unless a test brings its own; a kind `file` of its own stays. */
  make?: (archive: string) => Promise<unknown>;
  /** Whether the helper moves the bytes; the shell does otherwise. */
  helper?: boolean;
}

const buildRouter = (output: string) => build({ profile: 'profiles/router-ubi.yaml', output });

/** Builds an archive and unpacks it; works as root, and for users where they may make namespaces. */
export async function unpackRoot(options: RootOptions = {}): Promise<Root> {
  const { make = buildRouter, helper = false } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'levitate-root-'));
  const archive = path.join(folder, 'archive.cpio.gz');
  const root = path.join(folder, 'root');
  await make(archive);
  // Device nodes come with the bind mount of /dev: a user could not make them.
  await execa('sh', [
    '-c',
    'mkdir "$1" && cd "$1" && gzip -dc "$2" | cpio -idm --quiet -f "dev/*"',
    'unpack',
    root,
    archive,
  ]);
  await cp(path.join(here, 'scenarios'), path.join(root, 'scenarios'), { recursive: true });
  await cp('initramfs', path.join(root, 'sent'), { recursive: true });
  for (const name of ['harness.sh', 'volumes.sh'])
    await cp(path.join(here, name), path.join(root, name));
  await cp(
    path.join(here, 'kind-file.sh'),
    path.join(root, 'usr/lib/levitate/flasher/kinds/file.sh'),
    { force: false },
  );
  if (helper) await addByHelper(root);
  else await removeHelper(root);
  // An sshd takes on the groups of whoever logs in, which a namespace of one id cannot have.
  const user = process.getuid?.() === 0 ? [] : ['--map-auto', '--map-root-user'];
  const words = (...program: string[]): string[] => [
    ...['unshare', ...user, '--mount', '--pid', '--fork', '--kill-child'],
    ...['sh', '-c', inside, 'inside', root, ...program],
  ];
  const ash = (scenario: string) =>
    words('/usr/bin/busybox', 'sh', '-eu', `/scenarios/${scenario}`);
  const serve = async (script: string): Promise<ChildProcess> => {
    const name = path.basename(script);
    await cp(script, path.join(root, 'scenarios', name));
    return spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...ash(name)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  };
  return {
    folder: root,
    words,
    run: async (scenario) => {
      const [file = '', ...args] = ash(scenario);
      const { exitCode, all } = await execa(file, args, {
        reject: false,
        all: true,
        stdin: 'ignore',
      });
      return { exitCode, output: all };
    },
    serve,
    inhabit: async () => {
      const there = await serve(path.join(here, 'idle.sh'));
      const ended = new Promise((resolve) => there.once('close', resolve));
      await new Promise((resolve) => there.stdout?.once('data', resolve));
      const children = `/proc/${there.pid}/task/${there.pid}/children`;
      const pid = (await readFile(children, 'utf8')).trim();
      const flasher = path.join(folder, 'bin/flasher');
      await mkdir(path.dirname(flasher), { recursive: true });
      const into = user.length > 0 ? '--user --preserve-credentials ' : '';
      const busybox = '/usr/bin/busybox sh -c \'exec flasher "$@"\' flasher';
      await writeFile(
        flasher,
        `#!/bin/sh\nexec nsenter --target ${pid} ${into}--mount --pid --root --wd=/ ${busybox} "$@"\n`,
        { mode: 0o755 },
      );
      return {
        flasher,
        slash: `/proc/${pid}/root`,
        leave: async () => {
          there.kill('SIGKILL');
          await ended;
        },
      };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function addByHelper(root: string): Promise<void> {
  const kind = path.join(root, 'usr/lib/levitate/flasher/kinds/file.sh');
  await appendFile(kind, await readFile(path.join(here, 'kind-file-by-helper.sh')));
}

/** As a root is for which no helper was compiled. */
async function removeHelper(root: string): Promise<void> {
  await rm(path.join(root, 'usr/lib/levitate/helper'), { force: true });
  const digests = path.join(root, 'etc/levitate/files.sha256');
  const text = await readFile(digests, 'utf8');
  await writeFile(digests, text.replace(/^.*  usr\/lib\/levitate\/helper\n/m, ''));
}
