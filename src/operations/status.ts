import { isNotThereYet, openMaintenance, openRunning, type Connection } from '../device/connect.js';
import { gatherFacts } from '../device/facts.js';
import { callFlasher, flasherStatus, type FlasherStatus } from '../device/flasher.js';
import { loadSession } from '../device/session.js';
import type { Transport } from '../device/transport.js';
import { LevitateError, reasonOf } from '../errors.js';
import { warning, type Emit } from '../progress.js';

export interface StatusResult {
  host: string;
  where: 'normal' | 'staged' | 'armed' | 'maintenance' | 'unreachable';
  /** Why nobody answered, when unreachable. */
  reason?: string;
  bootId?: string;
  init?: string;
  /** What levitate said last before the device booted, where it keeps such (pstore). */
  lastWords?: string;
  /** SHA-256 of the archive that `levitate install` left on the device. */
  installed?: string;
  maintenance?: FlasherStatus;
  journal?: { seconds: number; event: string }[];
}

/** Tells where a device is, and in maintenance what its journal says. Changes nothing. */
export async function status(
  options: Connection,
  emit: Emit = () => undefined,
): Promise<StatusResult> {
  const { host } = options;
  const session = await loadSession(host, warning(emit));
  if (session) {
    const transport = await openMaintenance(session).catch((error: unknown) => {
      if (isNotThereYet(error)) return undefined;
      throw error;
    });
    if (transport) return inMaintenance(host, transport);
  }
  let transport: Transport;
  try {
    transport = await openRunning(options);
  } catch (error) {
    if (!(error instanceof LevitateError) || error.code !== 'HOST_UNREACHABLE') throw error;
    return { host, where: 'unreachable', reason: reasonOf(error) };
  }
  const facts = await gatherFacts(transport).catch(async (error: unknown) => {
    await transport.close();
    if (error instanceof LevitateError && error.code === 'HOST_UNREACHABLE') return error;
    throw error;
  });
  if (facts instanceof LevitateError) return { host, where: 'unreachable', reason: facts.message };
  if (facts.state === 'maintenance') return inMaintenance(host, transport);
  await transport.close();
  return {
    host,
    where: facts.armed ? 'armed' : facts.staged ? 'staged' : 'normal',
    bootId: facts.bootId,
    init: facts.init,
    ...(facts.lastWords === undefined ? {} : { lastWords: facts.lastWords }),
    ...(facts.installed ? { installed: facts.installed.sha256 } : {}),
  };
}

async function inMaintenance(host: string, transport: Transport): Promise<StatusResult> {
  try {
    const maintenance = await flasherStatus(transport);
    const journal = (await callFlasher(transport, ['journal']))
      .filter(({ type }) => type === 'journal')
      .map(({ seconds, event }) => ({ seconds: Number(seconds), event: String(event) }));
    return { host, where: 'maintenance', bootId: maintenance.boot_id, maintenance, journal };
  } finally {
    await transport.close();
  }
}
