import { expect, it } from 'vitest';
import { readTarget } from '../../../src/device/read-target.js';
import { localTransport } from './local-transport.js';

const reading = async (flasher: string, from = 2, length = 5): Promise<string> => {
  const pieces: Uint8Array[] = [];
  const transport = localTransport(`flasher() { ${flasher}; }; eval "$1"`);
  await readTarget(transport, ['ubi-volume', 'a b', 'ubi'], { from, length }, (bytes) =>
    pieces.push(bytes),
  );
  return Buffer.concat(pieces).toString();
};

it('the bytes come as they are, of the stretch that was asked for', async () => {
  expect(await reading('printf "%s|" "$@" >&2; printf "a\\n{}b"')).toBe('a\n{}b');
  const asked = 'printf "%s|" "$@" | head -c "$3"';
  expect(await reading(asked, 2, 20)).toBe('read|2|20|ubi-volume');
});

it('what the flasher says of its failure comes on the other channel, with what programs said', async () => {
  const said = '{"type":"error","code":"VERIFY_FAILED","message":"worn"}';
  await expect(
    reading(`printf abcde; echo dd: I/O error >&2; echo '${said}' >&2; return 1`),
  ).rejects.toMatchObject({ code: 'VERIFY_FAILED', message: 'worn' });
  await expect(reading('echo help >&2; return 2')).rejects.toMatchObject({
    code: 'FLASHER_FAILED',
  });
});

it('fewer bytes than were asked for are a failure', async () => {
  await expect(reading('printf abcd')).rejects.toMatchObject({
    code: 'FLASHER_FAILED',
    message: 'the flasher was asked for 5 bytes, and gave 4',
  });
});
