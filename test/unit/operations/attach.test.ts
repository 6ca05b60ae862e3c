import { expect, test } from 'vitest';
import { notInMaintenance } from '../../../src/operations/attach.js';

test('the command that takes a device into maintenance works where nothing is installed', () => {
  expect(notInMaintenance('box').hint).toContain('levitate enter box PROFILE takes it');
});
