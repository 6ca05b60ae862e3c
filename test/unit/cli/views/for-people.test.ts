/** Texts on terminals of any width: their words stay whole, and so does what is pasted. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createOutput, type Output } from '../../../../src/cli/output.js';
import { forPeople } from '../../../../src/cli/views/for-people.js';
import { jsonView } from '../../../../src/cli/views/json-view.js';
import { peopleView } from '../../../../src/cli/views/people-view.js';
import { quietView } from '../../../../src/cli/views/quiet-view.js';
import { LevitateError } from '../../../../src/errors.js';
import { errorCodes } from '../../../../src/error-codes.js';

const call = { program: 'npx levitate', host: 'pi@box.local', sshConfig: 'a/long/path/ssh_config' };

/** What is on a terminal of that many columns, or in a log. */
function shown(columns: number | undefined, say: (out: Output) => void): string[] {
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  const stream = Object.assign(new PassThrough(), terminal);
  say(forPeople(createOutput(stream, 'test'), call));
  return ((stream.read() as Buffer | null) ?? '').toString().trimEnd().split('\n');
}

const error = new LevitateError(
  'HOST_UNREACHABLE',
  'cannot connect to pi@box.local: Connection refused',
  {
    hint: 'Does the device have power and network? `ssh HOST` by hand shows how far one gets; levitate status HOST tells where it is.',
  },
);
const inLines = [
  'HOST_UNREACHABLE: cannot connect to',
  'pi@box.local: Connection refused',
  'Does the device have power and network?',
  '`ssh -F a/long/path/ssh_config pi@box.local`',
  'by hand shows how far one gets;',
  'npx levitate status -F a/long/path/ssh_config pi@box.local',
  'tells where it is.',
];

it.each([
  ['people', (out: Output) => peopleView(out, out).error(error)],
  ['nobody', (out: Output) => quietView(out).error(error)],
  [
    'programs',
    (out: Output) => jsonView(createOutput(new PassThrough(), 'none'), out).error(error),
  ],
])(
  'an error for %s is broken between words on a terminal alone, and never in a command',
  (_what, say) => {
    expect(shown(40, say)).toEqual(inLines);
    expect(shown(undefined, say)).toHaveLength(2);
  },
);

it.each(Object.entries(errorCodes))('no word of %s is longer than its line', (code, about) => {
  const text = 'hint' in about ? about.hint : about.remedy;
  const lines = shown(60, (out) => out.text(`${code}: ${text}`));
  expect(lines.join(' ')).toBe(shown(undefined, (out) => out.text(`${code}: ${text}`)).join(' '));
  for (const line of lines)
    if (line.length > 60) expect(line).toMatch(/^\(?`?(?:npx levitate|ssh) .*[\w)`.,;]$/);
});

describe('a result', () => {
  it('has its lines whole, and begins none with what a device may have sent', () => {
    const result = (lines: string[]) => (out: Output) =>
      peopleView(out, out).result('flash', {}, lines);
    expect(
      shown(
        40,
        result([
          'disk (/dev/vda): 12.6 MiB of 12.6 MiB sent and written in 2.8 s',
          '  lost: none, or something that is as long as this',
        ]),
      ),
    ).toEqual([
      'disk (/dev/vda): 12.6 MiB of 12.6 MiB',
      'sent and written in 2.8 s',
      '  lost: none, or something that is as',
      '  long as this',
    ]);
    expect(shown(40, result(['build 1\nDone in 3 s.']))).toEqual(['build 1\\x0aDone in 3 s.']);
  });

  it('has commands on lines of their own as long as they are', () => {
    const command =
      'levitate deploy pi@box.local x.yaml disk=a-new-image-with-a-long-name.img.zst --yes';
    expect(shown(40, (out) => out.line(`  ${command}`))).toEqual([
      `  ${command.replace('levitate deploy', 'npx levitate deploy -F a/long/path/ssh_config')}`,
    ]);
  });
});

it.each([
  [
    'Give a profile: levitate enter box PROFILE. Its archive goes into RAM.',
    ['Give a profile:', 'levitate enter box PROFILE.', 'Its archive goes into RAM.'],
  ],
  [
    'Write: levitate deploy b p.yaml x=IMAGE, or: levitate deploy b IMAGE',
    ['Write:', 'levitate deploy b p.yaml x=IMAGE,', 'or: levitate deploy b IMAGE'],
  ],
  [
    'now levitate leave HOST --force reboots it',
    ['now', 'npx levitate leave -F a/long/path/ssh_config pi@box.local --force', 'reboots it'],
  ],
])('what can be pasted ends where its sentence does: %s', (text, lines) => {
  expect(shown(30, (out) => out.text(text))).toEqual(lines);
});

it('lines of a note begin below its text, and those that it quotes further in', () => {
  const message = 'the device says much:\nlevitate: all is well, and so on';
  const note = (out: Output) =>
    peopleView(out, out).show({ type: 'note', level: 'warning', message });
  expect(shown(40, note)).toEqual([
    '  warning: the device says much:',
    '             levitate: all is well, and',
    '             so on',
  ]);
  expect(shown(undefined, note)).toEqual([
    '  warning: the device says much:',
    '             levitate: all is well, and so on',
  ]);
});
