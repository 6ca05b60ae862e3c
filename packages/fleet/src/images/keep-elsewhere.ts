import { execa } from 'execa';
import { CacheFault } from './cache-fault.js';
import type { Keeper } from './image-cache.js';

/**
 * Keeps images by a process of the same program, which this one waits for without doing anything of it.
 * @param command the words before `image read`, of which the first is a program
 */
export const keepElsewhere =
  ([program = '', ...words]: readonly string[]): Keeper =>
  async ({ folder, limit, image, sha256 }) => {
    const asked = ['image', 'read', folder, String(limit), image, sha256];
    const ended = await execa(program, [...words, ...asked], { reject: false, stdin: 'ignore' });
    if (ended.exitCode === 0) return;
    const [line = ''] = ended.stderr.split('\n');
    const [, code, message] = /^([A-Z_]+): (.*)/.exec(line) ?? [];
    // What nobody foresaw has no code of its own: a full disk, or too little memory.
    if (code === undefined || ended.exitCode === undefined || ended.exitCode === 1)
      throw new CacheFault(`what reads ${image} has broken down: ${line || ended.shortMessage}`);
    throw Object.assign(new Error(message), { code, exit: ended.exitCode });
  };
