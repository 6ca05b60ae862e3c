import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { LevitateError } from '../errors.js';

/** Packages in the order of `installers`: Debian and its kin, Alpine, Fedora and its kin, Homebrew. */
const packages = {
  xz: ['xz-utils', 'xz', 'xz', 'xz'],
  zstd: ['zstd', 'zstd', 'zstd', 'zstd'],
  bzip2: ['bzip2', 'bzip2', 'bzip2', 'bzip2'],
  lz4: ['lz4', 'lz4', 'lz4', 'lz4'],
  lzip: ['lzip', 'lzip', 'lzip', 'lzip'],
  gpgv: ['gpgv', 'gpgv', 'gnupg2', 'gnupg'],
  ssh: ['openssh-client', 'openssh-client-default', 'openssh-clients', 'openssh'],
  'ssh-keygen': ['openssh-client', 'openssh-keygen', 'openssh', 'openssh'],
} as const;

const installers = ['apt install', 'apk add', 'dnf install', 'brew install'];

/** A program that levitate runs on this machine. */
export type HostProgram = keyof typeof packages;

/** Every program that levitate runs on this machine and that another system has a package for. */
export const hostPrograms = Object.keys(packages) as HostProgram[];

/**
 * Looks for a program as a shell does.
 * @param path the folders, as PATH has them
 * @returns its path; nothing where it is not there
 */
export async function findProgram(
  name: string,
  path = process.env['PATH'] ?? '',
): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder || '.', name);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}

/** How a person gets a program onto this machine: a sentence with a command for each of four package managers. */
export const howToInstall = (program: HostProgram): string =>
  `Install it: ${installers.map((command, at) => `${command} ${packages[program][at]}`).join(' · ')}.`;

/**
 * The failure of whatever needs a program that is not on this machine.
 * @param otherwise a sentence on what else helps
 * @returns LevitateError TOOL_MISSING with the program's name in `data.program`
 */
export const programMissing = (
  program: HostProgram,
  cause: unknown,
  otherwise = '',
): LevitateError =>
  new LevitateError('TOOL_MISSING', `there is no \`${program}\` on this machine`, {
    hint: `${howToInstall(program)} ${otherwise}`.trim(),
    cause,
    data: { program },
  });

/** Whether an error is `programMissing`, and not about a program of the maintenance root. */
export const isHostProgramMissing = (error: LevitateError): boolean =>
  error.code === 'TOOL_MISSING' && error.data?.['program'] !== undefined;

/** Whether a program could not be started because it is not there, or is there and is none. */
export const isProgramMissing = (error: unknown): boolean =>
  ['ENOENT', 'EACCES', 'ENOEXEC'].includes((error as NodeJS.ErrnoException).code ?? '');
