import { describe, expect, test } from 'vitest';
import { callFlasher, takeLease } from '../../../src/device/flasher.js';
import type { ExecResult, Transport } from '../../../src/ssh/transport.js';

const nothing = { stdout: '', stderr: '', code: 0 };

/** A device whose flasher says these lines and ends so; the commands that it was given are kept. */
function device(lines: object[], end: Partial<ExecResult> = {}) {
  const commands: string[] = [];
  const transport: Transport = {
    name: 'maintenance root@device',
    exec: async (command, options = {}) => {
      commands.push(command);
      for (const line of lines) options.onLine?.(JSON.stringify(line));
      return { ...nothing, ...end };
    },
    close: async () => undefined,
  };
  return { transport, commands };
}

describe('a verb that fails', () => {
  test.each([
    [null, /flasher feed was killed on the device \(its SSH server names no status\)/],
    [137, /flasher feed was killed on the device \(status 137\)/],
    [143, /flasher feed was killed on the device \(status 143\)/],
  ])('killed, status %s, is told as that', async (code, message) => {
    const { transport } = device([{ type: 'written', index: 0, bytes: 1 }], {
      code,
      stderr: 'dd: something else\n',
    });
    await expect(callFlasher(transport, ['feed', 1])).rejects.toMatchObject({
      code: 'FLASHER_FAILED',
      exit: 5,
      message: expect.stringMatching(message) as string,
      hint: expect.stringContaining('memory') as string,
      data: { status: code, stderr: 'dd: something else\n' },
    });
  });

  test.each([1, 2, 3, 127])('with status %d and no word of its own', async (code) => {
    const { transport } = device([], { code, stderr: 'first\nsh: flasher: not found\n' });
    await expect(callFlasher(transport, ['feed', 1])).rejects.toMatchObject({
      code: 'FLASHER_FAILED',
      message: `flasher feed failed with status ${code}: sh: flasher: not found`,
      // Not that of a flasher which ran out of memory.
      hint: expect.stringMatching(/^levitate status HOST/) as string,
    });
  });

  test('which the flasher did not foresee: what its programs said is added', async () => {
    const message = 'flasher open ended with status 1';
    const reply = { type: 'error', code: 'WRITE_FAILED', message, unforeseen: true };
    const { transport } = device([reply], { code: 1, stderr: 'sh: write error: No space left\n' });
    await expect(callFlasher(transport, ['open'])).rejects.toMatchObject({
      message: `${message}: sh: write error: No space left`,
    });
  });

  test('for a lease that somebody has says who', async () => {
    const { transport } = device(
      [{ type: 'error', code: 'LEASE_HELD', message: 'ann@desk is writing', owner: 'ann@desk' }],
      { code: 3, stderr: '' },
    );
    await expect(callFlasher(transport, ['leave'])).rejects.toMatchObject({
      code: 'LEASE_HELD',
      data: { owner: 'ann@desk' },
    });
  });

  test('says its first reason, whatever follows', async () => {
    const { transport } = device(
      [
        { type: 'error', code: 'TARGET_MISSING', message: 'there is no /dev/x' },
        { type: 'error', code: 'WRITE_FAILED', message: 'flasher open ended with status 3' },
      ],
      { code: 3, stderr: 'noise\n' },
    );
    await expect(callFlasher(transport, ['open'])).rejects.toMatchObject({
      code: 'TARGET_MISSING',
      message: 'there is no /dev/x',
    });
  });
});

describe('the lease', () => {
  const granted = { type: 'lease', token: 4 };

  test('is asked for by its owner alone at first, and with the lost one after a cut', async () => {
    const { transport, commands } = device([granted]);
    expect((await takeLease(transport, 'ann@desk')).token).toBe(4);
    expect((await takeLease(transport, 'ann@desk', 3)).token).toBe(4);
    expect(commands).toEqual(['flasher lease ann@desk', 'flasher lease ann@desk 3']);
  });

  test('which somebody else has had since leaves the device in maintenance', async () => {
    const message = 'lease 3 was lost to bob@desk, who came 40 seconds ago';
    const { transport } = device([{ type: 'error', code: 'LEASE_LOST', message }], { code: 3 });
    await expect(takeLease(transport, 'ann@desk', 3)).rejects.toMatchObject({
      code: 'LEASE_LOST',
      exit: 6,
      message,
      hint: expect.stringContaining('Nothing more was written') as string,
    });
  });
});
