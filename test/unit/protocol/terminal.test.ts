/** What a device says reaches no terminal as orders: it stays as it is in values, and is shown as numbers. */
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput } from '../../../src/cli/output.js';
import { statusLines } from '../../../src/cli/views/status-lines.js';
import { replyOf } from '../../../src/device/replies.js';
import { chunkSize } from '../../../src/image/image.js';
import { parseReply } from '../../../src/protocol/parse-reply.js';
import { protocol } from '../../../src/protocol/version.js';
import { told } from '../device/told.js';

/** Clears a screen, sets a title, is C1, turns the direction of writing. */
const orders = '\u001b[2J\u001b]0;x\u0007\u009b31m\u202e';
const status = {
  ...{ type: 'status', protocol, chunk_bytes: chunkSize, version: orders, boot_id: orders },
  ...{ entry: orders, name: orders, phase: orders, root: orders, touched: false },
  targets: { [orders]: orders },
  held: [{ kind: 'process', pid: 1, name: orders, via: [orders] }],
  holders: { [orders]: [{ kind: 'mount', point: orders }], gone: null },
  modules_failed: [orders],
  lease: { token: 1, owner: orders, seconds: 1 },
  ...{ writer: null, seconds: 1, memory_available_kib: 1 },
};

function written(write: (output: ReturnType<typeof createOutput>) => void): string {
  let text = '';
  const stream = new Writable({
    write: (piece: Buffer, _, done) => {
      text += piece.toString();
      done();
    },
  });
  write(createOutput(stream, 'test'));
  return text;
}

const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

test('a status', () => {
  const maintenance = replyOf([parseReply(JSON.stringify(status))], 'status');
  expect(maintenance.name).toBe(orders);
  const result = { host: 'ap', where: 'maintenance' as const, maintenance, journal: [] };
  const lines = written((output) => statusLines(result).forEach((line) => output.line(line)));
  expect(lines).toContain('in use by mount \\x1b[2J');
  expect(lines).not.toMatch(obeyed);
  const json = written((output) => output.json(result));
  expect(json).not.toMatch(obeyed);
  expect(JSON.parse(json)).toMatchObject({ maintenance: { name: orders, held: status.held } });
});

test.each([
  [
    'a line of a wrong type',
    () => parseReply(JSON.stringify({ ...status, [orders]: 1, held: [orders] })),
  ],
  ['a line that is none', () => parseReply(orders)],
  ['a fact that is wrong', () => told(`uid=${orders}`)],
])('the error over %s', (_, read) => {
  let message = '';
  try {
    read();
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).not.toBe('');
  expect(written((output) => output.text(message))).not.toMatch(obeyed);
});

test('a line without end is refused, and what is said of it is short', () => {
  const long = JSON.stringify({ type: 'journal', seconds: 1, event: 'x'.repeat(2 << 20) });
  expect(() => parseReply(long)).toThrow(/^the flasher said what nobody understands: .{200}$/);
  expect(() => told(`hostname=${'x'.repeat(2 << 20)}`)).toThrow(
    /^the device tells "x{100}" as its hostname$/,
  );
});
