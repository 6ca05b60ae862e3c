import { execa } from 'execa';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sanitizedHelper, sanitizerEnv } from '../../integration/helper/compile.js';
import type { FuzzTarget, Trial } from '../target.js';
import { image, judge, makeCase, sha256 } from './frame-cases.js';

const chunkBytes = 1024 * 1024;

/** The same frames, for the helper under a sanitizer of the compiler, on a medium that takes O_DIRECT. */
export const helperTarget: FuzzTarget = {
  name: 'helper',
  prepare: async (folder) =>
    helperTrial(await sanitizedHelper(join(folder, 'helper'), 'limited'), folder),
};

/** Makes a case, gives it to a helper, and judges what became of it. The folder is for its files. */
export async function helperTrial(helper: string, folder: string): Promise<Trial> {
  const state = join(folder, 'state');
  await mkdir(join(state, 'lease'), { recursive: true });
  await writeFile(join(state, 'lease/1'), '');
  const medium = join(folder, 'medium');
  return async (random) => {
    const input = makeCase(random, true);
    await writeFile(medium, Buffer.alloc(3 * chunkBytes));
    const words = ['feed-block', medium, 1, image.length, chunkBytes].map(String);
    const { exitCode, stdout, stderr } = await execa(helper, words, {
      input,
      reject: false,
      env: { LEVITATE_STATE: state, ...sanitizerEnv },
    });
    // A sanitizer ends the process with a status that is none of the helper's.
    const said = [...stdout.split('\n').filter((line) => line !== ''), ...stderrOf(stderr)];
    if (exitCode === 0) said.push('{"type":"fed"}');
    return judge(input, { said, status: exitCode ?? -1, medium: await digestsOf(medium) });
  };
}

/** What a sanitizer said is no JSON, and so a finding. */
const stderrOf = (stderr: string): string[] => (stderr === '' ? [] : [stderr]);

async function digestsOf(medium: string): Promise<string[]> {
  const file = await open(medium);
  try {
    return await Promise.all(
      [0, 1, 2].map(async (index) => {
        const length = Math.min(chunkBytes, image.length - index * chunkBytes);
        const { buffer } = await file.read(Buffer.alloc(length), 0, length, index * chunkBytes);
        return sha256(buffer);
      }),
    );
  } finally {
    await file.close();
  }
}
