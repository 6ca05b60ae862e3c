import { expect, it } from 'vitest';
import { watch } from '../../../src/device/watch.js';
import type { ExecOptions, ExecResult, Transport } from '../../../src/ssh/transport.js';

/** A connection with one command, whose words and end are ours. */
function connection() {
  let options: ExecOptions | undefined;
  let end: (error: Error) => void = () => undefined;
  const transport: Transport = {
    name: 'device',
    close: () => Promise.resolve(),
    exec: (_command, given) => {
      options = given;
      return new Promise<ExecResult>((_, reject) => (end = reject));
    },
  };
  return {
    transport,
    says: (line: string) => options?.onLine?.(line),
    ends: () => end(new Error('lost')),
  };
}

const settled = async (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<false>((r) => setImmediate(() => r(false)))]);

it('is there only once the command runs, whatever the login prints before', async () => {
  const { transport, says } = connection();
  const watching = watch(transport, 60);
  says('Welcome to the device');
  expect(await settled(watching)).toBe(false);
  says('watched');
  expect(await settled(watching)).toBe(true);
});

it('tells the end of the connection, also one before it is asked', async () => {
  const { transport, says, ends } = connection();
  const watching = watch(transport, 60);
  says('watched');
  const watched = await watching;
  ends();
  expect(await watched.isGoneWithin(60)).toBe(true);
});

it('tells that a connection has outlasted the bound', async () => {
  const { transport, says } = connection();
  const watching = watch(transport, 60);
  says('watched');
  expect(await (await watching).isGoneWithin(0.01)).toBe(false);
});
