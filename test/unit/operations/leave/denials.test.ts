import { expect, it } from 'vitest';
import { LevitateError } from '../../../../src/errors.js';
import { loginDenied } from '../../../../src/operations/leave/denials.js';

const cause = new LevitateError('AUTH_FAILED', 'box does not accept your login');

it('says which user a new system must know', () => {
  const error = loginDenied({ host: 'box', user: 'pi', isNew: true }, cause);
  expect(error).toMatchObject({
    code: 'NOT_CONFIRMED',
    message: 'box is up again, and its system does not accept the login pi',
    data: { reason: 'AUTH_FAILED' },
  });
  expect(error.hint).toMatch(/must know the user pi, .*its image.*`ssh box`.*levitate status box/);
});

it('says nothing of an image where the old system came back', () => {
  const { hint } = loginDenied({ host: 'box', user: 'pi', isNew: false }, cause);
  expect(hint).not.toMatch(/image|new system/);
});

it('does not blame a system for a password that nobody could be asked for', () => {
  const unasked = new LevitateError('AUTH_FAILED', 'no', { data: { unasked: true } });
  const error = loginDenied({ host: 'box', user: 'pi', isNew: true }, unasked);
  expect(error).toMatchObject({
    code: 'NOT_CONFIRMED',
    message:
      'box is up again; the login pi wants a password, and nobody could be asked for it here',
    data: { reason: 'AUTH_FAILED' },
  });
  expect(error.hint).toMatch(/On a terminal, .* asks for the password.*: levitate status box$/);
});
