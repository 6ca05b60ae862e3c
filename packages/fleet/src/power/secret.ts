import { readFile } from 'node:fs/promises';
import { FleetError, reasonOf } from '../errors.js';
import type { PowerSettings } from './schema.js';

/** The longest secret that is taken, in characters. */
const longest = 1000;

/**
 * Reads what logs in, from a file or the environment. The newline at its end does not count.
 * @returns undefined where the inventory names none
 * @throws FleetError POWER_FAILED where it cannot be read, or is no line of text
 */
export async function powerSecret(
  power: PowerSettings,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const { 'secret-file': file, 'secret-env': name } = power;
  const text = file === undefined ? name && (env[name] ?? '') : await readSecret(file);
  const secret = text?.replace(/\r?\n$/, '');
  if (secret === undefined) return undefined;
  if (secret !== '' && secret.length <= longest && !/\p{Cc}/u.test(secret)) return secret;
  throw new FleetError('POWER_FAILED', `${file ?? name} does not hold one line of text`);
}

const readSecret = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new FleetError('POWER_FAILED', `${file} cannot be read: ${reasonOf(cause)}`, { cause });
  });

/** Takes a secret out of a text, in every form in which a program was given it. Pure. */
export const withoutSecret = (text: string, secret: string | undefined): string =>
  secret === undefined
    ? text
    : [secret, encodeURIComponent(secret), secret.replace(/[\\"]/g, '\\$&')].reduce(
        (rest, form) => rest.replaceAll(form, '***'),
        text,
      );
