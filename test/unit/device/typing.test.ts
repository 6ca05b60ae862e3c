/** What is typed at a terminal, and when. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { noTerminal, typeOn, type Typing } from '../../../src/device/typing.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is typed, as it comes. */
function typedAt(typing: Typing): string[] {
  const typed: string[] = [];
  void (async () => {
    for await (const keys of typing.input) typed.push(Buffer.from(keys).toString());
  })();
  return typed;
}
const prints = (typing: Typing, text: string): void => typing.take(Buffer.from(text));

it('a question in pieces, behind messages, is answered once when it is whole', async () => {
  const typing = typeOn('MARK', 'pass');
  const typed = typedAt(typing);
  prints(typing, 'a login that prints: ');
  await vi.advanceTimersByTimeAsync(60_000);
  prints(typing, '\r\nMARK as');
  prints(typing, 'ks\r\nThis is a lecture.\r\ndoas (pi@');
  await vi.advanceTimersByTimeAsync(100);
  prints(typing, 'box) password: ');
  await vi.advanceTimersByTimeAsync(100);
  expect(typed).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(typed).toEqual(['pass\n']);
  prints(typing, '\r\nYour password ends soon.\r\n');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(typing.begun()).toBe(false);
  prints(typing, 'MARK ru');
  prints(typing, 'ns\r\n');
  expect(typing.begun()).toBe(true);
  prints(typing, 'Another question: ');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(typed).toEqual(['pass\n']);
});

it('a second question, and one that there is no password for, is left', async () => {
  const [one, none] = [typeOn('MARK', 'pass'), typeOn('MARK')];
  const typed = [typedAt(one), typedAt(none)];
  for (const typing of [one, none]) prints(typing, 'MARK asks\nPassword: ');
  await vi.advanceTimersByTimeAsync(200);
  prints(one, '\nCode: ');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(typed).toEqual([['pass\n', '\u0003'], ['\u0003']]);
});

it('what the program says is told, and never what was typed', async () => {
  const typing = typeOn('MARK', 'pass');
  typedAt(typing);
  prints(typing, 'MARK asks\r\nPassword: ');
  await vi.advanceTimersByTimeAsync(200);
  prints(typing, 'pass\r\ndoas: Authentication failed\r\n');
  expect(typing.said()).toBe('doas: Authentication failed');
  const without = typeOn('MARK', 'pass');
  prints(without, 'MARK none\n');
  expect(without.said()).toBe(noTerminal);
});
