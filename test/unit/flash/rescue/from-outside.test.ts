import { expect, test } from 'vitest';
import { withWayBack } from '../../../../src/flash/rescue/from-outside.js';

const nothing = { cut: 'It does not start.', cutLeaves: 'nothing' as const };

test('whether the boot loader has been there before decides what is said of it', () => {
  expect(withWayBack(nothing, false).cut).toMatch(/^It does not start\. .*levitate help netboot/);
  expect(withWayBack(nothing, true).cut).toMatch(/^It does not start\. .*started from outside/);
});

test('what starts needs no way back', () => {
  expect(withWayBack({ cut: 'It starts.' }, false)).toEqual({ cut: 'It starts.' });
});
