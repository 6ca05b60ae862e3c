import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { unpackRoot } from '../../shell/root.js';
import type { FuzzTarget } from '../target.js';
import { judge, makeCase, type Answer } from './frame-cases.js';

/** What goes into `feed`: the flasher writes what was announced and proven, in that order, and says why it ends. */
export const framesTarget: FuzzTarget = {
  name: 'frames',
  prepare: async (_, atEnd) => {
    const root = await unpackRoot();
    atEnd(() => root.remove());
    const shell = await root.serve(fileURLToPath(new URL('../feed-cases.sh', import.meta.url)));
    await mkdir(join(root.folder, 'cases'));
    atEnd(async () => {
      shell.stdin!.end();
      await once(shell, 'close');
    });
    const answers = createInterface({ input: shell.stdout! })[Symbol.asyncIterator]();
    let count = 0;
    return async (random) => {
      const input = makeCase(random, false);
      const name = String((count += 1));
      await writeFile(join(root.folder, 'cases', name), input);
      shell.stdin!.write(`${name}\n`);
      return judge(input, await answerOf(answers, shell));
    };
  },
};

async function answerOf(lines: AsyncIterator<string>, shell: ChildProcess): Promise<Answer> {
  const answer: Answer = { said: [], status: -1, medium: [] };
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the shell ended with ${shell.exitCode ?? 'nothing'}`);
    const [word = '', rest = ''] = String(value).split(/ (.*)/s);
    if (word === 'over') return answer;
    if (word === 'said') answer.said.push(rest);
    if (word === 'status') answer.status = Number(rest);
    if (word === 'medium') answer.medium.push(rest.split(' ')[1] ?? '');
  }
}
