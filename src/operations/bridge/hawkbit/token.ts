import { readFile } from 'node:fs/promises';
import { LevitateError, reasonOf } from '../../../errors.js';

/**
 * The gateway token, out of a file or the environment: everybody on a machine can read the command lines of others.
 * @throws LevitateError USAGE where there is none
 */
export async function gatewayToken(file: string | undefined): Promise<string> {
  const from = file ?? 'HAWKBIT_GATEWAY_TOKEN';
  const text =
    file === undefined ? (process.env['HAWKBIT_GATEWAY_TOKEN'] ?? '') : await contentOf(file);
  const token = text.trim();
  if (/^[\x21-\x7e]{1,1024}$/.test(token)) return token;
  throw new LevitateError('USAGE', `${from} holds no gateway token`, {
    hint: 'Write the token, on one line, into a file that only you may read, and name it with --token-file; or set HAWKBIT_GATEWAY_TOKEN.',
  });
}

const contentOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new LevitateError('USAGE', `${file} cannot be read: ${reasonOf(cause)}`, {
      cause,
      hint: 'It is to hold the gateway token of the tenant.',
    });
  });
