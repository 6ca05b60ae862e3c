import { reasonOf } from '../../errors.js';
import { inform, warn, type Run } from '../../progress.js';
import type { Transport } from '../../ssh/transport.js';
import { armedRescues, dropArmed, noteArmed, offerFiles, withdrawFiles } from './armed.js';
import type { ArmedRescue } from './armed.js';

/** Prints what a boot loader names a device by: the addresses of its network cards, and its serial number. */
const whoAreYou = 'cat /sys/class/net/*/address /proc/device-tree/serial-number 2>/dev/null; echo';

/**
 * Disarms a device that was found in maintenance, so that its boot loader does not lead there again and again. A failure is told and
 * does not keep anybody from the device.
 */
export async function atFirstContact(host: string, login: Transport, run: Run): Promise<void> {
  await unlessItFails(host, run, async () => {
    const armed = await armedRescues();
    if (armed.length === 0) return;
    const { stdout } = await login.exec(whoAreYou, { timeoutMs: 60_000, maxBytes: 65_536 });
    const rescue = armed.find(({ device }) => namesOf(stdout).has(device));
    if (!rescue) return;
    await withdrawFiles(rescue);
    await noteArmed({ ...rescue, host });
    inform(run, `${host} has come up over the network; its rescue there is disarmed.`);
  });
}

/** What a device says of itself, as boot loaders name it. Pure. */
export const namesOf = (text: string): Set<string> =>
  new Set(
    text
      .toLowerCase()
      .split(/[\n\0]/)
      .map((line) => (line.includes(':') ? line.replaceAll(':', '-') : line.slice(-8))),
  );

/** Arms it again before its flash changes: a power cut leaves nothing else that it could start. */
export const beforeFirstWrite = (host: string, run: Run): Promise<void> =>
  forHost(host, run, offerFiles);

/** Disarms it for good before it is told to leave: what it starts from then on is on its flash. */
export const beforeLeaving = (host: string, run: Run): Promise<void> =>
  forHost(host, run, dropArmed);

const forHost = (
  host: string,
  run: Run,
  act: (rescue: ArmedRescue) => Promise<void>,
): Promise<void> =>
  unlessItFails(host, run, async () => {
    for (const rescue of await armedRescues()) if (rescue.host === host) await act(rescue);
  });

async function unlessItFails(host: string, run: Run, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    warn(
      run,
      `What ${host} boots over the network could not be changed (${reasonOf(error)}): levitate rescue disarm does it.`,
    );
  }
}
