import { describe, expect, it } from 'vitest';
import { commandText, runDeviceCommand } from '../../../src/device/device-command.js';
import { localTransport } from './local-transport.js';

const settings = {
  LEVITATE_HOST: "root@it's here",
  LEVITATE_PROFILE: 'p',
  LEVITATE_WHEN: 'after-flash',
  LEVITATE_FLASHED: 'disk data',
  LEVITATE_NEW_ROOT: '',
  LEVITATE_OLD_ROOT: '',
};
const sh = (script: string, timeoutSeconds = 60) =>
  runDeviceCommand(
    localTransport(),
    { run: ['sh', '-c', script, 'one two', "it's"], timeoutSeconds },
    settings,
  );

describe('a command of the profile on a device', () => {
  it('gets its words as they are, and learns what it runs for', async () => {
    const script =
      'echo "$0|$1|$LEVITATE_HOST|$LEVITATE_PROFILE|$LEVITATE_WHEN|$LEVITATE_FLASHED"; echo aside >&2; cat';
    expect(await sh(script)).toEqual([
      "one two|it's|root@it's here|p|after-flash|disk data",
      'aside',
    ]);
  });

  it('that fails is named with its last lines', async () => {
    await expect(sh('for i in 1 2 3 4; do echo line $i; done; exit 7')).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringMatching(/ended with status 7: line 2; line 3; line 4$/) as string,
      data: { output: ['line 1', 'line 2', 'line 3', 'line 4'] },
    });
    await expect(sh('exit 1')).rejects.toMatchObject({
      message: expect.stringMatching(/status 1, and printed nothing$/) as string,
    });
  });

  it('that is not there fails', async () => {
    const command = { run: ['/no/such program'], timeoutSeconds: 60 };
    await expect(runDeviceCommand(localTransport(), command, settings)).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining("`'/no/such program'` ended with status 127") as string,
    });
  });

  it('that takes too long is ended on the device, and what it had begun as well', async () => {
    await expect(sh('echo begun; exec sleep 600', 1)).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringMatching(/had not ended after 1 s: begun$/) as string,
    });
  });

  it('is shown as one would type it', () => {
    expect(commandText({ run: ['sh', '-c', 'a b'], timeoutSeconds: 1 })).toBe("sh -c 'a b'");
  });
});
