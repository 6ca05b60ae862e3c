import type { BootLoader } from '../boot-loader/loader.js';
import { isCode, LevitateError, type ErrorCode } from '../errors.js';
import type { BootSpec } from '../profile/profile.js';
import type { SlotSettings } from '../protocol/script-settings.js';
import { sha256 } from '../shared/sha256.js';
import { assignments } from '../shared/shell-quote.js';
import type { Transport } from '../ssh/transport.js';
import { lastLineOf } from './hook.js';
import { factBytes, markedFacts, type FactLines } from './fact-lines.js';
import { runScript } from './run-script.js';
import { levitateFolder, readScript } from './scripts.js';

/** A slot as the device has it. */
export interface FoundSlot {
  /** Its name in the profile. */
  slot: string;
  /** Its device node, and the bytes of that; missing where there is no such device. */
  place?: { node: string; bytes: number };
  /** Whether the root of the running system lies on it. */
  runs: boolean;
}

/** What was read of slots, and of the file by which the boot loader chooses. */
export interface SlotReading {
  slots: FoundSlot[];
  /** The slot that the boot loader says it has started (`levitate.slot=` of the kernel's command line), where it does. */
  started: string | undefined;
  file: Uint8Array;
}

/**
 * Reads slots, and the file by which the boot loader chooses. Nothing on the device changes.
 * @param transport to a running system or to maintenance, as root
 * @throws LevitateError BOOT_LOADER_UNKNOWN, TARGET_MISSING and the like where the file is not where the profile says; REMOTE_FAILED
 */
export async function readSlots(
  transport: Transport,
  boot: BootSpec,
  loader: BootLoader,
): Promise<SlotReading> {
  const told = await runSlotScript(transport, boot, loader, { verb: 'read' });
  const file = Buffer.from(told.all('loader-bytes').join(''), 'hex');
  return {
    slots: told.words('slot').map(([slot = '', node, bytes, runs]) => ({
      slot,
      ...(node === undefined ? {} : { place: { node, bytes: Number(bytes) } }),
      runs: runs === 'yes',
    })),
    started: told.one('slot-started') || undefined,
    file,
  };
}

/**
 * Replaces the file by which the boot loader chooses, in place and by one write, if it still is what was read; it is read back from the
 * medium. The same call again changes nothing.
 * @throws LevitateError SLOT_CHANGED where it is not what was read, or could not be written; and what `readSlots` throws
 */
export async function replaceLoaderFile(
  transport: Transport,
  boot: BootSpec,
  loader: BootLoader,
  { old, file }: { old: Uint8Array; file: Uint8Array },
): Promise<void> {
  const told = await runSlotScript(transport, boot, loader, { verb: 'replace', old, file });
  const became = told.one('loader-replaced');
  if (became === 'yes' || became === 'already') return;
  const { device, file: path } = boot.environment;
  throw new LevitateError(
    'SLOT_CHANGED',
    became === 'other'
      ? `${path} on ${device} was changed by somebody else meanwhile`
      : `${path} on ${device} could not be written, or does not keep what was written`,
    {
      hint: 'levitate slots HOST PROFILE shows what the boot loader goes by now. Where it cannot be written, look at the medium: dmesg.',
    },
  );
}

/**
 * Whether a slot that does not run has a file; undefined where that cannot be seen, as of a file system that only a write would mount.
 * @param file its path in the slot's root
 */
export async function slotHasFile(
  transport: Transport,
  boot: BootSpec,
  slot: string,
  file: string,
): Promise<boolean | undefined> {
  const environment = { device: boot.slots[slot]!.root, file };
  const loader = { fileBytes: 0, fileSystems: ['ext4', 'ext3', 'ext2', 'squashfs'] };
  const look = { ...boot, environment };
  const told = await runSlotScript(transport, look, loader, { verb: 'look' }).catch(
    (error: unknown) => {
      if (isCode(error, 'CONNECTION_LOST')) throw error;
      return undefined;
    },
  );
  return told && told.one('slot-file') === 'yes';
}

type Order =
  { verb: 'read' } | { verb: 'look' } | { verb: 'replace'; old: Uint8Array; file: Uint8Array };

async function runSlotScript(
  transport: Transport,
  { environment, slots }: BootSpec,
  { fileBytes, fileSystems }: Pick<BootLoader, 'fileBytes' | 'fileSystems'>,
  order: Order,
): Promise<FactLines> {
  const [before, after] =
    order.verb === 'replace' ? [sha256(order.old), inOctal(order.file)] : ['', ''];
  const settings: SlotSettings = {
    LEVITATE_VERB: order.verb,
    LEVITATE_SLOTS: rootsOf(slots),
    LEVITATE_LOADER_DEVICE: environment.device,
    LEVITATE_LOADER_FILE: environment.file,
    LEVITATE_LOADER_BYTES: fileBytes,
    LEVITATE_LOADER_TYPES: fileSystems.join(' '),
    LEVITATE_LOADER_OLD: before,
    LEVITATE_LOADER_NEW: after,
  };
  const parts = ['flasher/bytes.sh', 'flasher/block.sh'].map((name) => `${levitateFolder}/${name}`);
  const script = [
    ...assignments(settings),
    ...(await Promise.all([...parts, 'remote/slots.sh'].map(readScript))),
  ].join('\n');
  const answer = await runScript(transport, script, { timeoutMs: 120_000, maxBytes: factBytes });
  const told = markedFacts(answer);
  const [code, ...message] = told.one('slot-refusal').split(' ');
  if (code)
    throw new LevitateError(code as ErrorCode, message.join(' '), {
      hint: 'boot.environment and boot.slots of the profile say where things are: levitate help slots.',
    });
  if (answer.code !== 0)
    throw new LevitateError(
      'REMOTE_FAILED',
      `the device could not be asked for its slots: ${lastLineOf(answer.stderr)}`,
      { hint: 'levitate guesses nothing of a boot loader.', data: { stderr: answer.stderr } },
    );
  return told;
}

const rootsOf = (slots: BootSpec['slots']): string =>
  Object.entries(slots)
    .map(([slot, { root }]) => `${slot} ${root}`)
    .join('\n');

const inOctal = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
