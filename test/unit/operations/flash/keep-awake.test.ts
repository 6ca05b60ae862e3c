import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { answerSeconds, keptAwake } from '../../../../src/operations/flash/keep-awake.js';

it('contacts the device as long as it waits, and not after', async () => {
  let contacts = 0;
  const contact = () => Promise.resolve(void (contacts += 1));
  const waited = keptAwake(contact, 0.004, async () => {
    await expect.poll(() => contacts).toBeGreaterThan(3);
    return 'yes';
  });
  expect(await waited).toBe('yes');
  const after = contacts;
  await sleep(20);
  expect(contacts).toBe(after);
});

it('waits on where a contact fails, and for the last one to end', async () => {
  let ended = 0;
  const contact = async () => {
    await sleep(5);
    ended += 1;
    throw new Error('the link is gone');
  };
  expect(await keptAwake(contact, 1, () => Promise.resolve('yes'))).toBe('yes');
  expect(ended).toBe(1);
});

it('stops where the work fails', async () => {
  const failing = keptAwake(
    () => Promise.resolve(),
    1,
    () => Promise.reject(new Error('declined')),
  );
  await expect(failing).rejects.toThrow('declined');
});

it('keeps a device for an hour at most', () => expect(answerSeconds).toBe(3600));
