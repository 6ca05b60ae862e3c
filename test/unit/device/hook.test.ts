import { expect, test } from 'vitest';
import { trigger } from '../../../src/device/hook.js';
import { LevitateError } from '../../../src/errors.js';
import { answering } from './answering.js';

const stage = { init: 'systemd', root: '/run/initramfs' };

test.each([
  ['the init system takes it', 0],
  ['the shutdown kills what has asked for it', null],
  ['the shutdown ends the connection', new LevitateError('CONNECTION_LOST', 'it broke')],
])('a shutdown is triggered where %s', async (_, end) => {
  await expect(trigger(answering(end), stage)).resolves.toBeUndefined();
});

test.each([
  ['the init system refuses', 1, 'ENTER_FAILED'],
  [
    'another machine answers',
    new LevitateError('HOST_KEY_CHANGED', 'who is it'),
    'HOST_KEY_CHANGED',
  ],
])('and is not where %s', async (_, end, code) => {
  await expect(trigger(answering(end), stage)).rejects.toMatchObject({ code });
});
