/** What the schemas declare is read: the counterpart of what test/unit/protocol/contract.test.ts holds against the scripts. */
import { expect, test } from 'vitest';
import { fieldsOfSchemas } from './fields-read.js';

/** Who reads what no code of the host does. */
const elsewhere: Record<string, string> = {
  'reading.ts RemainReply.clear': '`flasher clear`',
  'status.ts HeldLease.token': 'automation, in the result of `status`',
  'status.ts Status.memory_available_kib': 'automation, in the result of `status`',
  'status.ts Status.writer': 'automation, in the result of `status`',
  'status.ts Writer.next': 'automation, in the result of `status`',
  'status.ts Writer.sha256': 'automation, in the result of `status`',
  'status.ts Writer.target': 'automation, in the result of `status`',
  'writing.ts Cleared.bytes': 'people who call the flasher by hand',
  'writing.ts Written.bytes': 'people who call the flasher by hand',
};

test('the host reads each field of what the flasher says, and of what it keeps in a session file', () => {
  const { declared, read } = fieldsOfSchemas();
  expect(declared.length).toBeGreaterThan(80);
  const unread = declared.filter((field) => !read.has(field));
  expect(unread.sort()).toEqual(Object.keys(elsewhere));
});
