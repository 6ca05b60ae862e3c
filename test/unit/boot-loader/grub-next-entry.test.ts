import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loaderOf } from '../../../src/boot-loader/loaders.js';
import { afterWrite, type LoaderState } from '../../../src/boot-loader/loader-place.js';
import { afterChange, type SlotChange } from '../../../src/boot-loader/slot-record.js';

const loader = loaderOf({
  loader: 'grub-next-entry',
  environment: [{ device: '/dev/sda2', file: '/grub/grubenv' }],
  slots: { a: {}, b: {} },
});

/** As 00_header and 41_custom of Debian write it with GRUB_DEFAULT=saved. */
const config = `if [ "\${next_entry}" ] ; then
   set default="\${next_entry}"
   set next_entry=
   save_env next_entry
else
   set default="\${saved_entry}"
fi
source $prefix/custom.cfg
`;
const custom = readFileSync('docs/how-to/slots/custom.cfg');
const block = (text: string) =>
  Buffer.from(`# GRUB Environment Block\n${text}`.padEnd(1024, '#'), 'latin1');
const grub: LoaderState = {
  config: Buffer.from(config),
  custom,
  block: block('kept=1\nsaved_entry=levitate-a\n'),
};
const write = (state: LoaderState, change: SlotChange) =>
  loader.change(state, change).reduce(afterWrite, state);
const text = ({ block }: LoaderState) => Buffer.from(block!).toString('latin1');

test('it reads grub.cfg and custom.cfg beside the block', () => {
  const said = Object.values(loader.places({})).map((place) => place.said);
  expect(said).toEqual([
    ...['/grub/grubenv', '/grub/grub.cfg', '/grub/custom.cfg'].map(
      (file) => `${file} on /dev/sda2`,
    ),
  ]);
});

test('each change is one write of the block, and what is read afterwards', () => {
  const changes: SlotChange[] = [
    { do: 'disarm', slot: 'b' },
    { do: 'stage-try', slot: 'b', tries: 1 },
    { do: 'confirm', slot: 'b' },
    { do: 'rollback', slot: 'a' },
  ];
  let state = grub;
  for (const change of changes) {
    const wanted = afterChange(loader.read(state), change);
    state = write(state, change);
    expect(loader.read(state)).toEqual(wanted);
    expect(text(state)).toContain('kept=1\n');
  }
});

test('what GRUB has taken is no try any more', () => {
  const staged = write(grub, { do: 'stage-try', slot: 'b', tries: 1 });
  expect(text(staged)).toContain('saved_entry=levitate-a\nnext_entry=levitate-b\n');
  const cleared = { ...staged, block: block('saved_entry=levitate-a\nnext_entry=\nlv_next=b\n') };
  expect(loader.read(cleared)).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 } });
});

test.each([
  ['no custom.cfg', { custom: undefined }, /no entry with --id levitate-a/],
  [
    'another default',
    { config: Buffer.from(config.replace('${saved_entry}', '0')) },
    /GRUB_DEFAULT=saved/,
  ],
  ['a grub.cfg by hand', { config: Buffer.from('linux /x\n') }, /next_entry/],
  ['no 41_custom', { config: Buffer.from(config.replace('custom', 'own')) }, /41_custom/],
  ['another entry', { block: block('saved_entry=0\n') }, /starts 0 by saved_entry/],
  ['none', { block: block('') }, /starts its first entry/],
  [
    'somebody else',
    { block: block('saved_entry=levitate-a\nnext_entry=memtest\n') },
    /memtest next/,
  ],
  [
    'another one',
    { block: block('saved_entry=levitate-a\nprev_saved_entry=x\n') },
    /prev_saved_entry/,
  ],
  ['half a block', { block: Buffer.from('# GRUB') }, /environment block that has 6 bytes/],
  ['no block', { block: undefined }, /has no environment block/],
])('GRUB with %s is refused', (_, change, reason) => {
  expect(() => loader.read({ ...grub, ...change })).toThrow(reason);
});
