import { expect, it } from 'vitest';
import { agree, thenDo, type Confirm } from '../../../src/operations/agree.js';
import type { OverwritePlan } from '../../../src/operations/overwrite-plan.js';

const plan = { host: 'box', state: 'normal' } as OverwritePlan;

it.each<[string, Confirm | undefined, string[]]>([
  ['agreed', () => Promise.resolve(true), ['done']],
  ['declined', () => Promise.resolve(false), []],
  ['there was no question', undefined, ['done']],
])('work that waits for an agreement is done where it was: %s', async (_, confirm, done) => {
  const did: string[] = [];
  const asking = thenDo(confirm, async () => void did.push('done'));
  await agree(asking, () => plan, {}).catch(() => undefined);
  expect(did).toEqual(done);
});
