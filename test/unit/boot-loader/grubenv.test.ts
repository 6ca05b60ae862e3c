import { expect, test } from 'vitest';
import { afterChange, type SlotChange } from '../../../src/boot-loader/slot-record.js';
import { LevitateError } from '../../../src/errors.js';
import { changeBlock, readBlock } from '../../grub-block.js';

const block = (text: string): Buffer =>
  Buffer.from(`# GRUB Environment Block\n${text}`.padEnd(1024, '#'), 'latin1');

const changes: SlotChange[] = [
  { do: 'disarm', slot: 'b' },
  { do: 'stage-try', slot: 'b', tries: 2 },
  { do: 'confirm', slot: 'b' },
  { do: 'rollback', slot: 'a' },
];

test('each change is what is read afterwards', () => {
  let file: Uint8Array = block('saved_entry=x\nlv_default=a\n');
  for (const change of changes) {
    const wanted = afterChange(readBlock(file), change);
    file = changeBlock(file, change);
    expect(readBlock(file)).toEqual(wanted);
    expect(Buffer.from(file).toString('latin1')).toContain('saved_entry=x\n');
  }
});

test('a write that is torn between sectors leaves what was, or what is to be', () => {
  // As much of other variables as there can be, so that both sectors change.
  let file: Uint8Array = block(`lv_default=a\nother=${'o'.repeat(700)}\n`);
  for (const change of changes) {
    const next = changeBlock(file, change);
    const torn = [
      Buffer.concat([next.subarray(0, 512), file.subarray(512)]),
      Buffer.concat([file.subarray(0, 512), next.subarray(512)]),
    ];
    const known = [readBlock(file), readBlock(next)].map((one) => JSON.stringify(one));
    for (const one of torn) expect(known).toContain(JSON.stringify(readBlock(one)));
    file = next;
  }
});

test('what GRUB takes for no try is none', () => {
  for (const tries of ['', '0', 'x', '-1', '22'])
    expect(readBlock(block(`lv_default=a\nlv_next=b\nlv_tries=${tries}\n`))).toEqual({
      stable: 'a',
      trial: { slot: 'b', left: 0 },
    });
});

test('a block that starts no slots is refused', () => {
  for (const file of [block('saved_entry=0\n'), Buffer.alloc(1024), block('').subarray(4)]) {
    const read = () => readBlock(file);
    expect(read).toThrow(LevitateError);
    expect(read).toThrow(expect.objectContaining({ code: 'BOOT_LOADER_UNKNOWN' }) as Error);
  }
});
