/** What the tests of the recipes share: a project folder, a Debian mirror made for it, and commands run as a build system runs them. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { DebianRepository, smallestPackages } from '../unit/sources/debian-repository.js';

export const checkout = fileURLToPath(new URL('../../', import.meta.url));
/** The recipe itself, never a copy of it. */
export const recipe = (file: string): string => join(checkout, 'docs/how-to/builders', file);
export const program = join(checkout, 'dist/cli/main.js');

export interface Ended {
  status: number | undefined;
  out: string;
  err: string;
}

export class Workshop {
  /** What the commands see on top of this process's environment. */
  readonly env: Record<string, string>;

  private constructor(
    readonly folder: string,
    readonly repository: DebianRepository,
  ) {
    this.env = {
      APT_CONFIG: repository.aptConfig,
      LEVITATE: `node ${program}`,
      LEVITATE_CACHE: join(folder, 'cache'),
    };
  }

  static async open(): Promise<Workshop> {
    const folder = await mkdtemp(join(tmpdir(), 'levitate-builders-'));
    const repository = await DebianRepository.make(join(folder, 'mirror'));
    await repository.publish(smallestPackages('1.0'));
    return new Workshop(folder, repository);
  }

  /** Takes it away, with what a test or a builder has made read-only. */
  async close(): Promise<void> {
    await this.run(['chmod', '-R', 'u+w', this.folder]);
    await rm(this.folder, { recursive: true });
  }

  at = (name: string): string => join(this.folder, name);

  /** Hex SHA-256 of a file. */
  digest = async (name: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(resolve(this.folder, name)))
      .digest('hex');

  /** Writes a file of the project, and the folders above it. */
  async write(name: string, text: string): Promise<string> {
    await mkdir(join(this.at(name), '..'), { recursive: true });
    await writeFile(this.at(name), text);
    return this.at(name);
  }

  /** Runs a command in the project; a name of a variable with '' is one that is not there. */
  async run(command: string[], env: Record<string, string> = {}): Promise<Ended> {
    const [file = '', ...args] = command;
    const { exitCode, stdout, stderr } = await execa(file, args, {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdin: 'ignore',
      reject: false,
    });
    return { status: exitCode, out: stdout, err: stderr };
  }

  levitate = (...words: string[]): Promise<Ended> => this.run(['node', program, ...words]);

  /** levitate as a user without rights, to whom the project must belong, wherever the checkout lies. */
  asUser(words: string[], env: Record<string, string>): Promise<Ended> {
    if (process.getuid?.() !== 0) return this.run(['node', program, ...words], env);
    const script = `mount --bind "$0" "$1" && shift &&
      exec setpriv --reuid=${nobody} --regid=${nobody} --clear-groups "$@"`;
    const place = this.at('levitate');
    const command = ['node', join(place, 'dist/cli/main.js'), ...words];
    return this.run(['unshare', '-m', 'sh', '-c', script, checkout, place, ...command], env);
  }

  /** Pins what a profile needs, and fetches it into the cache. */
  async lock(profile: string): Promise<void> {
    const { status, err } = await this.levitate('build', profile, '-o', 'once.gz', '--lock', '-q');
    if (status !== 0) throw new Error(err);
    await rm(this.at('once.gz'));
  }

  /** The names of what a folder holds, below it too, with their modes: `0644 usr/a`. */
  async listing(folder: string): Promise<string[]> {
    const { out } = await this.run(['find', folder, '-mindepth', '1', '-printf', '%04m %y %P\n']);
    return out.split('\n').sort();
  }
}

/** A command in a network namespace of its own, where there is nothing to be reached. */
export const offline = (...command: string[]): string[] => ['unshare', '-rn', ...command];

/** What `levitate install` puts into a root file system. */
export const installed = [
  '0644 f usr/lib/levitate/archive.cpio.gz',
  '0644 f usr/lib/levitate/archive.sha256',
  '0644 f usr/lib/levitate/archive.size',
  '0644 f usr/lib/levitate/profile.json',
  '0755 d usr/lib/levitate',
  '0755 f usr/lib/levitate/busybox',
];

/** The names of files in a folder that belong to a write which did not end. */
export const halves = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => /\.tmp$|\.new$/.test(name));

/** Who an ordinary user is where the tests run as root. */
export const nobody = 65_534;
