/** What ssh's askpass program gets: the person's answer to ssh's own words, or nothing. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startAskpass, type Ask } from '../../../src/ssh/askpass.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "levitate-ask'pass-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Asks each question in turn, as ssh does: the program of its environment is called with the question. */
async function answers(ask: Ask, questions: string[], between = () => Promise.resolve()) {
  const askpass = await startAskpass(folder, ask);
  const said: [number | undefined, string][] = [];
  try {
    for (const question of questions) {
      const asked = await execa(askpass.env['SSH_ASKPASS']!, [question], { reject: false });
      said.push([asked.exitCode, asked.stdout]);
      await between();
      if (question === 'taken') askpass.taken();
    }
  } finally {
    askpass.close();
  }
  return said;
}

it('carries the question and the answer as they are', async () => {
  const question = "The authenticity of 'x' can't be \"established\".\n$HOME `id` größe? ";
  const answer = ` '"\\$x größe`;
  expect(
    await answers((asked) => Promise.resolve(asked === question ? answer : ''), [question]),
  ).toEqual([[0, answer]]);
});

it.each<[string, Ask]>([
  ['nobody answers', () => Promise.resolve(undefined)],
  ['asking fails', () => Promise.reject(new Error('no terminal'))],
])('fails where %s', async (_, ask) => {
  expect(await answers(ask, ['password: '])).toEqual([[1, '']]);
});

it('tells a question that comes again from one whose answer was taken', async () => {
  const asked: [string, boolean][] = [];
  const ask: Ask = (question, { again }) => {
    asked.push([question, again]);
    return Promise.resolve('');
  };
  await answers(ask, ['a', 'a', 'b', 'taken', 'a']);
  expect(asked).toEqual([
    ['a', false],
    ['a', true],
    ['b', false],
    ['taken', false],
    ['a', false],
  ]);
});

it('takes the question back where ssh does', async () => {
  let isGone = false;
  const askpass = await startAskpass(folder, async (_, { signal }) => {
    asking.kill('SIGKILL');
    await once(signal, 'abort');
    isGone = true;
    return undefined;
  });
  const asking = execa(askpass.env['SSH_ASKPASS']!, ['x'], { reject: false });
  await asking;
  await expect.poll(() => isGone).toBe(true);
  askpass.close();
});

it('ends a question that is still open', async () => {
  let open: AbortSignal | undefined;
  const askpass = await startAskpass(folder, (_, { signal }) => {
    open = signal;
    setImmediate(() => askpass.close());
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
  });
  const asked = await execa(askpass.env['SSH_ASKPASS']!, ['password: '], { reject: false });
  expect(asked.exitCode).toBe(1);
  expect(open?.aborted).toBe(true);
});
