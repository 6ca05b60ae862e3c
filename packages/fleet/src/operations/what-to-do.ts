import { waitsForGate } from '../rollout/decide.js';
import type { MemberState, RolloutState } from '../rollout/states.js';

/** What counts for whether a person has to do something about a device. */
export interface Troubled {
  /** Its name. */
  name: string;
  /** Where it is in the rollout that is looked at; null where it is in none. */
  state: MemberState | null;
  /** Whether it is quarantined, and by which code. */
  quarantine: string | null;
}

/**
 * Says what a person has to do about a device. Pure.
 * @param rollout the number of the one that is looked at
 * @returns a sentence with a command; empty where nothing is to be done
 */
export function deviceToDo({ name, state, quarantine }: Troubled, rollout?: number): string {
  const release = `levitate fleet quarantine release ${name}`;
  if (quarantine === 'IDENTITY')
    return `Look which device answers at its host. Where it was exchanged: ${release} --other-device`;
  if (quarantine !== null) return `Look what it does. When it is well: ${release}`;
  const again = `levitate fleet rollout retry ${rollout}`;
  switch (state) {
    case 'failed':
      return `Look why. Then: ${again}`;
    case 'refused':
      return `See to what it was refused for. Then: ${again}`;
    case 'offline':
      return `It was given up. Give it power and network. Then: ${again}`;
    default:
      return '';
  }
}

/** The same for a rollout. Pure. */
export function rolloutToDo(id: number, state: RolloutState, why: string): string {
  if (state === 'stopped' || state === 'paused')
    return `See to why it is ${state}. To let it go on: levitate fleet rollout resume ${id}`;
  if (state === 'running' && waitsForGate(why))
    return `Look whether all is well with the devices that are done. Then: levitate fleet rollout pass-gate ${id}`;
  return '';
}

/** For how long a station with something to do may be silent, in seconds: it says so four times a second. */
export const mostSilence = 60;

/** The same for a station. Pure. @param silentSeconds undefined where it has never run */
export function stationToDo(name: string, open: number, silentSeconds: number | undefined): string {
  if (open === 0 || (silentSeconds !== undefined && silentSeconds < mostSilence)) return '';
  const has = silentSeconds === undefined ? 'has never run' : 'says nothing any more';
  return `The station ${name} ${has}. Start it there: levitate fleet station run ${name}`;
}
