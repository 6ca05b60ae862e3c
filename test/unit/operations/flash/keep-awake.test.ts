import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { answerSeconds, keptAwake } from '../../../../src/operations/flash/keep-awake.js';

/** Waits until a device that goes back after 4 ms was contacted a few times, and gives a count of those contacts. */
async function contacted(): Promise<() => number> {
  let contacts = 0;
  const contact = () => Promise.resolve(void (contacts += 1));
  const waited = keptAwake(contact, 0.004, async () => {
    await expect.poll(() => contacts).toBeGreaterThan(3);
    return 'yes';
  });
  expect(await waited).toBe('yes');
  return () => contacts;
}

it('contacts the device as long as it waits, and not after', async () => {
  const first = await contacted();
  const after = first();
  // Meanwhile another wait of the same pace has made its contacts.
  await contacted();
  expect(first()).toBe(after);
});

it('waits on where a contact fails, and for the last one to end', async () => {
  let fail: ((error: Error) => void) | undefined;
  const contact = () => new Promise((_, reject) => (fail = reject));
  let isOver = false;
  const waited = keptAwake(contact, 1, () => Promise.resolve('yes')).finally(() => (isOver = true));
  await setImmediate();
  expect(isOver).toBe(false);
  fail?.(new Error('the link is gone'));
  expect(await waited).toBe('yes');
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
