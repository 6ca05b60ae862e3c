import { expect, test } from 'vitest';
import {
  envBlockBytes,
  NotAnEnvBlock,
  readEnvBlock,
  withVariables,
} from '../../../src/boot-loader/env-block.js';

const signature = '# GRUB Environment Block\n';

const isOwn = (name: string) => name.startsWith('lv_');

/** A block as grub-editenv makes it. */
const block = (text: string): Buffer => Buffer.from((signature + text).padEnd(1024, '#'), 'latin1');

test('variables are read with what is escaped in them, and comments', () => {
  const text = '# WARNING: Do not edit\nsaved_entry=0\nodd=a\\\\b\\\nc\nempty=\n';
  expect(readEnvBlock(block(text))).toEqual([
    { line: '# WARNING: Do not edit\n' },
    { name: 'saved_entry', value: '0' },
    { name: 'odd', value: 'a\\b\nc' },
    { name: 'empty', value: '' },
  ]);
});

test('what GRUB would not take is refused', () => {
  expect(() => readEnvBlock(Buffer.from(signature))).toThrow(NotAnEnvBlock);
  expect(() => readEnvBlock(block('').subarray(1))).toThrow(/has 1023 bytes/);
  expect(() => readEnvBlock(Buffer.alloc(1024))).toThrow(/does not begin as a block/);
});

test('variables of a prefix come first, and all else stays as it was', () => {
  const before = block('# said\nsaved_entry=Debian\\\\x\nlv_default=a\nnext_entry=\n');
  const after = withVariables(before, isOwn, { lv_default: 'b', lv_tries: '2' }, 512);
  expect(after).toHaveLength(envBlockBytes);
  const own = `${signature}lv_default=b\nlv_tries=2\n`;
  const text = Buffer.from(after).toString();
  expect(text.slice(0, 512)).toBe(`${own}${'#'.repeat(511 - own.length)}\n`);
  expect(text.slice(512)).toBe('# said\nsaved_entry=Debian\\\\x\nnext_entry=\n'.padEnd(512, '#'));
  expect(withVariables(after, isOwn, { lv_default: 'b', lv_tries: '2' }, 512)).toEqual(after);
});

test('bytes beyond ASCII stay what they were', () => {
  const before = block(`other=\xe4\xff${'x'.repeat(600)}\nhalf a line\n`);
  const after = withVariables(before, isOwn, {}, 512);
  expect(Buffer.from(after).equals(before)).toBe(true);
});

test('what does not fit into the first sector, or the block, is refused', () => {
  const long = 'x'.repeat(500);
  expect(() => withVariables(block(''), isOwn, { lv_default: long }, 512)).toThrow(/no room/);
  const full = block(`other=${'y'.repeat(980)}\n`);
  expect(() => withVariables(full, isOwn, { lv_default: 'aaaaaaaa' }, 512)).toThrow(/no room/);
});
