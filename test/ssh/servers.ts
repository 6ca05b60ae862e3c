import { spawn, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.js';

/** A real SSH server on the loopback, for the user who runs the tests, with keys of its own. */
export interface Server {
  port: number;
  user: string;
  /** Public host keys, one line each. */
  hostKeys: string[];
  /** Private key that may log in: its text, and the file that holds it. */
  privateKey: string;
  keyFile: string;
  /** A folder of this server's own. */
  folder: string;
  stop(): Promise<void>;
}

export type Kind = 'sshd' | 'dropbear';
export const kinds: Kind[] = ['sshd', 'dropbear'];

const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
const run = (command: string, args: string[]): string =>
  execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/**
 * Starts a server of the kind, and waits until it answers.
 * @param lines further ones for sshd_config(5), which prevail; FOLDER is the server's own
 * @param at the port, where it matters
 * @param before what a shell does first in a mount namespace of the server's own, which root may make; FOLDER as above
 */
export async function startServer(
  kind: Kind,
  lines: string[] = [],
  at?: number,
  before?: string,
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), `levitate-${kind}-`));
  const keyFile = join(folder, 'client');
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
  mkdirSync(join(folder, 'home/.ssh'), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'home/.ssh/authorized_keys'), readFileSync(`${keyFile}.pub`), {
    mode: 0o600,
  });
  const port = at ?? (await freePort());
  const { command, hostKeys } =
    kind === 'sshd' ? sshd(folder, port, lines) : dropbear(folder, port);
  const within = [
    'unshare',
    '-m',
    'sh',
    '-ec',
    `${before?.replaceAll('FOLDER', folder)}\nexec "$@"`,
    'sh',
  ];
  const [file = '', ...args] = before === undefined ? command : [...within, ...command];
  const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await answering(port, () => child.exitCode !== null || child.signalCode !== null).catch(() => {
    throw new Error(`${kind} did not start: ${said}`);
  });
  return {
    port,
    user: userInfo().username,
    hostKeys,
    privateKey: readFileSync(keyFile, 'utf8'),
    keyFile,
    folder,
    stop: async () => {
      child.kill('SIGKILL');
      child.stderr.destroy();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How many RSA keys there are for the servers of a kind. */
const few = 4;
const rsaKeys: Record<Kind, Buffer[]> = { sshd: [], dropbear: [] };
const turns: Record<Kind, number> = { sshd: 0, dropbear: 0 };

/**
 * Makes a key of a server's own. An RSA key takes a hundred times as long as another one: the servers of one process have a few
 * of them in turn, so that neighbours have different ones.
 */
function putKey(kind: Kind, type: string, file: string, make: () => unknown): void {
  if (type !== 'rsa') return void make();
  const turn = (turns[kind] += 1) % few;
  const key = rsaKeys[kind][turn];
  if (key) return writeFileSync(file, key, { mode: 0o600 });
  make();
  rsaKeys[kind][turn] = readFileSync(file);
}

interface Recipe {
  command: string[];
  hostKeys: string[];
}

function sshd(folder: string, port: number, lines: string[]): Recipe {
  const keys = ['ed25519', 'rsa'].map((type) => {
    const file = join(folder, `host-${type}`);
    // A shorter one than usual is made in a fraction of the time.
    const bits = type === 'rsa' ? ['-b', '2048'] : [];
    putKey('sshd', type, file, () =>
      run('ssh-keygen', ['-q', '-t', type, ...bits, '-N', '', '-f', file]),
    );
    return file;
  });
  // sshd wants its folder for privilege separation, which else its service makes.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const isSetting = (line: string) => line.startsWith('SetEnv ');
  const settings = [
    // sshd heeds one such line alone. What the user's own shell does at a login is none of this: it may take seconds.
    ['SetEnv HOME=FOLDER/home', ...lines.filter(isSetting)].join(' ').replaceAll(' SetEnv ', ' '),
    ...lines.filter((line) => !isSetting(line)),
    `ListenAddress 127.0.0.1:${port}`,
    ...keys.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${folder}/home/.ssh/authorized_keys`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'MaxStartups 100',
  ].map((line) => line.replaceAll('FOLDER', folder));
  writeFileSync(join(folder, 'sshd_config'), `${settings.join('\n')}\n`);
  const path = run('sh', ['-c', 'command -v sshd']).trim();
  return {
    command: [path, '-D', '-e', '-f', join(folder, 'sshd_config')],
    hostKeys: keys.map((file) => run('ssh-keygen', ['-y', '-f', file]).trim()),
  };
}

/**
 * dropbear reads authorized keys below the home that the user database names, and nowhere else. So it runs in a
 * mount namespace of its own where another folder lies over that home; without root in a user namespace that
 * keeps the user's own id, because dropbear refuses to serve other users than its own then.
 */
function dropbear(folder: string, port: number): Recipe {
  const hostKeys = ['ed25519', 'rsa'].map((type) => {
    const file = join(folder, `home/host-${type}`);
    putKey('dropbear', type, file, () => run('dropbearkey', ['-t', type, '-f', file]));
    const line = run('dropbearkey', ['-y', '-f', file]);
    return line.split('\n').find((each) => each.startsWith('ssh-')) ?? '';
  });
  const home = userInfo().homedir;
  const script =
    'mount --bind "$1" "$2" && shift && home=$1 && shift && ' +
    'exec dropbear -F -E -s -W 1048576 -p "127.0.0.1:$1" -P "$home/pid" -r "$home/host-ed25519" -r "$home/host-rsa"';
  const namespace =
    process.getuid?.() === 0 ? ['-m'] : ['-m', '-U', '--map-current-user', '--keep-caps'];
  const shell = ['sh', '-c', script, 'sh', join(folder, 'home'), home, String(port)];
  return { command: ['unshare', ...namespace, ...shell], hostKeys };
}

async function answering(port: number, dead: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300 && !dead(); attempt++) {
    const speaks = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('data', () => socket.destroy());
      socket.once('close', () => resolve(false));
    });
    if (speaks) return;
    await sleep(100);
  }
  throw new Error('no answer');
}
