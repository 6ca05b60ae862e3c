import { expect, it } from 'vitest';
import { targetFlasher } from '../../../src/device/target-flasher.js';
import { localTransport } from './local-transport.js';

const digest = (index: number): string => String(index).padStart(64, '0');
const answer = `printf '{"type":"chunk","index":%s,"sha256":"%064d"}\\n'`;
const over = (script: string) => {
  const transport = localTransport(script);
  return { transport, flasher: targetFlasher(transport, ['block', '/dev/x']) };
};

it('one call reads all chunks, in the order in which they are asked for', async () => {
  const { flasher, transport } = over(
    `echo "$1" | grep -q "flasher chunks 9 block /dev/x" && while read -r n; do ${answer} "$n" "$n"; done`,
  );
  const [a, b] = [flasher.readChunk(9, 7), flasher.readChunk(9, 3)];
  expect([await a, await b]).toEqual([digest(7), digest(3)]);
  expect(await flasher.readChunk(9, 7)).toBe(digest(7));
  expect(transport.running()).toBe(1);
  await flasher.close();
  expect(transport.running()).toBe(0);
});

it('another chunk than the one that was asked for is refused', async () => {
  const { flasher } = over(`read -r n; ${answer} 8 8; cat`);
  const wanted = [flasher.readChunk(9, 7), flasher.readChunk(9, 3)];
  for (const one of wanted)
    await expect(one).rejects.toMatchObject({
      code: 'FLASHER_FAILED',
      message: 'the flasher tells of chunk 8 where 7 comes next',
    });
});

it('what was not told when it ends is not waited for', async () => {
  const { flasher, transport } = over('exec sleep 600');
  const wanted = flasher.readChunk(9, 7);
  const refused = expect(wanted).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  await flasher.close();
  await refused;
  await expect.poll(() => transport.running()).toBe(0);
});

it('behind a place that cannot be read, others are read by another call', async () => {
  const { flasher } = over(
    `while read -r n; do [ "$n" != 5 ] || { echo '{"type":"error","code":"VERIFY_FAILED","message":"no"}'; exit 1; }
    ${answer} "$n" "$n"; done`,
  );
  expect(await flasher.readChunk(9, 4)).toBe(digest(4));
  await expect(flasher.readChunk(9, 5)).rejects.toMatchObject({ code: 'VERIFY_FAILED' });
  expect(await flasher.readChunk(9, 6)).toBe(digest(6));
  await flasher.close();
});
