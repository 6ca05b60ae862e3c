import { expect, test } from 'vitest';
import { withOptionsGiven } from '../../../src/cli/again.js';
import { LevitateError } from '../../../src/errors.js';

const given = { yes: true, dropVolumes: true, expectBuild: 'v 2' };
const ambiguous = (hint: string) =>
  new LevitateError('TARGET_AMBIGUOUS', 'several', { hint, data: { targets: ['sda'] }, exit: 5 });

test('the commands that name a target have the options that were given', () => {
  const hint = `Name it, with a profile:
  levitate probe box --profile-out device.yaml
  levitate deploy box device.yaml 'sda=new image.img'
  levitate deploy box device.yaml sdb=new.img`;
  expect(withOptionsGiven(ambiguous(hint), given)).toMatchObject({
    ...{ code: 'TARGET_AMBIGUOUS', message: 'several', data: { targets: ['sda'] }, exit: 5 },
    hint: `Name it, with a profile:
  levitate probe box --profile-out device.yaml
  levitate deploy box device.yaml 'sda=new image.img' --expect-build 'v 2' --drop-volumes --yes
  levitate deploy box device.yaml sdb=new.img --expect-build 'v 2' --drop-volumes --yes`,
  });
});

test('in maintenance they are those that flash has', () => {
  expect(withOptionsGiven(ambiguous('Name it:\n  levitate flash box sda=x'), given)).toMatchObject({
    hint: 'Name it:\n  levitate flash box sda=x --drop-volumes --yes',
  });
});

test('what was only asked to be looked at is not written by the command of a hint', () => {
  const hint = 'To write its bytes as they are: levitate deploy box raw:x';
  const error = new LevitateError('IMAGE_FORMAT', 'unknown', { hint });
  expect(withOptionsGiven(error, { dryRun: true })).toMatchObject({ hint: `${hint} --dry-run` });
});

test('another failure stays as it is', () => {
  const error = new LevitateError('TARGET_MISSING', 'none', { hint: 'levitate deploy box x' });
  expect(withOptionsGiven(error, given)).toBe(error);
});
