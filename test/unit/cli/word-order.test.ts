import { expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.js';
import { optionsBehindCommand } from '../../../src/cli/word-order.js';

it.each([
  ['--quiet doctor', 'doctor --quiet'],
  ['-q -v doctor box', 'doctor -q -v box'],
  ['-F my_config status box', 'status -F my_config box'],
  ['--ssh-config=my_config status box', 'status --ssh-config=my_config box'],
  ['-F status status box', 'status -F status box'],
  ['--json --dry-run deploy box new.img', 'deploy --json --dry-run box new.img'],
])('takes options before the command as its own: %s', (given, meant) => {
  expect(optionsBehindCommand(given.split(' '), createProgram())).toEqual(meant.split(' '));
});

it.each([
  'doctor --quiet',
  '--help doctor',
  '--nonsense doctor',
  '--dry-run status box',
  'help doctor',
  'status doctor',
  '-F doctor',
  '--quiet',
])('leaves every other order alone: %s', (given) => {
  expect(optionsBehindCommand(given.split(' '), createProgram())).toEqual(given.split(' '));
});
