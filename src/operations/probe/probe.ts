import { interruptible, type Connection } from '../../device/connect.js';
import { connectRoot } from '../../device/root-login.js';
import type { Facts } from '../../device/facts.js';
import { preflight, type EnterNeed } from '../../device/preflight.js';
import { neededTools } from '../../device/storage-check.js';
import { gatherProbeFacts, missingPrograms, type ProbeFacts } from '../../device/probe-facts.js';
import { retryOnce } from '../../shared/poll.js';
import { reasonOf } from '../../errors.js';
import { loadProfile } from '../../profile/load.js';
import { normalise } from '../../profile/normalise.js';
import { parseProfile } from '../../profile/parse.js';
import type { Profile } from '../../profile/profile.js';
import { inPhase, type Check, type Run } from '../../progress.js';
import { programNames } from '../../rootfs/programs.js';
import { estimatedRootBytes, workingBytes } from '../../rootfs/ram.js';
import { isInDebian } from '../../sources/debian/release.js';
import { debianArchitectureOf, draftProfile } from './profile-draft.js';
import { takesOwnKeys } from '../../device/login-checks.js';
import { ownKeys } from '../../ssh/own-keys.js';
import { refuseToOverwrite, writeProfile, type NewProfileFile } from './profile-file.js';
import { stoppable } from '../interrupt.js';
import { whileLooking } from '../where-cut.js';

export type {
  FeatureFacts,
  MountedFact,
  MountFact,
  MtdFact,
  RescueFacts,
  StackFacts,
  WatchdogFact,
  WayFacts,
} from '../../device/facts.js';
export type { DiskFact, InterfaceFact } from '../../device/probe-facts.js';
export type { RebootReason } from '../../device/reboot-reason.js';

/** What `probe` takes. */
export interface ProbeOptions extends Connection {
  /** Path of a profile to check the device against; without it, the one that fits. */
  profile?: string;
  /** Path of a file that does not exist yet, for the profile that fits. */
  profileOut?: string;
}

/** What a device tells of itself. Sizes are bytes. */
export interface ProbedFacts extends Omit<Facts, 'installed'>, ProbeFacts {
  /** What `levitate install` left: the SHA-256 of the archive in hex, and the bytes of RAM that its files take. */
  installed?: { sha256: string; size: number };
}

/** What `probe` gives. */
export interface ProbeResult {
  /** The device, as it was named. */
  host: string;
  /** What the device tells of itself. */
  facts: ProbedFacts;
  /** Programs that maintenance needs, the device does not have, and levitate therefore brings. */
  brought: string[];
  /** The same where Debian has no packages for this processor: a sysroot has to give these programs. */
  wanted?: string[];
  /** The preflight's rows, as `enter` would see them. */
  checks: Check[];
  /** The text of the profile that fits; none for a device that is in maintenance or of an unknown architecture. */
  profile?: string;
  /** Path of the file that the profile was written to. */
  profileOut?: string;
}

/**
 * Reads what a device tells of itself, checks whether it could be entered, and writes a profile that fits it. It
 * changes nothing on the device. A refusal is a result here, not an error.
 * @throws LevitateError OUTPUT_FAILED, and what connecting, asking and loading a profile throw
 */
export const probe = (options: ProbeOptions, run: Run = {}): Promise<ProbeResult> =>
  stoppable(run.signal, { message: 'interrupted; nothing on the device has changed' }, () =>
    whileLooking(() => retryOnce(() => look(options, run))),
  );

async function look(options: ProbeOptions, run: Run): Promise<ProbeResult> {
  const { host, profileOut } = options;
  if (profileOut !== undefined) await refuseToOverwrite(outFile(host, profileOut));
  const given = options.profile === undefined ? undefined : await loadProfile(options.profile);
  await using running = await connectRoot(options, run);
  const transport = interruptible(running, run.signal);
  const { facts, probed } = await inPhase(run, 'facts', () => gatherProbeFacts(transport));
  const arch = debianArchitectureOf(facts, probed);
  // In maintenance, the facts describe the maintenance system and not the device's own system.
  const text = arch && facts.state === 'normal' ? draftProfile(arch, facts, probed) : undefined;
  const profile = given ?? read(text ?? `name: none\narch: ${arch ?? 'x86_64'}\n`);
  // A maintenance system has what it was built with.
  const lacking =
    facts.state === 'normal' ? await missingPrograms(transport, programNames(profile)) : [];
  const own = takesOwnKeys(facts, profile) ? await ownKeys(host, options.sshConfig) : [];
  const result = {
    host,
    facts: shown(facts, probed),
    ...(isInDebian(profile.arch) ? { brought: lacking } : { brought: [], wanted: lacking }),
    checks: judge(facts, profile, { ownKeys: own, notRoot: running.notRoot }).map((check) =>
      check.name === 'architecture' && !given && !arch ? ofNoArchitecture(facts) : check,
    ),
  };
  if (text === undefined) return result;
  if (profileOut === undefined) return { ...result, profile: text };
  await writeProfile(outFile(host, profileOut), text);
  return { ...result, profile: text, profileOut };
}

const outFile = (host: string, path: string): NewProfileFile => ({
  path,
  option: '--profile-out',
  command: (file) => `levitate enter ${host} ${file} --dry-run`,
});

function read(text: string): Profile {
  try {
    const { raw } = parseProfile(text, 'the profile that fits');
    return normalise(raw, { authorizedKeys: [], files: {}, sysroots: {} });
  } catch (cause) {
    throw new Error(`${reasonOf(cause)}\n${text}`, { cause });
  }
}

const judge = (
  facts: Facts,
  profile: Profile,
  login: Pick<EnterNeed, 'ownKeys' | 'notRoot'>,
): Check[] =>
  preflight(facts, {
    profile,
    modules: [],
    programs: [...programNames(profile), ...neededTools(facts)],
    rootBytes: estimatedRootBytes,
    workingBytes: workingBytes(facts.init),
    ...login,
  });

const ofNoArchitecture = ({ machine }: Facts): Check => ({
  name: 'architecture',
  verdict: 'refusal',
  found: `the device is ${machine}, of which levitate knows no architecture`,
  advice: 'No maintenance system can be built for this processor.',
});

function shown({ installed, ...facts }: Facts, probed: ProbeFacts): ProbedFacts {
  return {
    ...facts,
    ...probed,
    ...(installed ? { installed: { sha256: installed.sha256, size: installed.size } } : {}),
  };
}
