import type { Check } from '../progress.js';
import type { Profile } from '../profile/profile.js';
import { fingerprint } from '../ssh/host-keys.js';
import type { Facts } from './facts.js';

/** Whether this is a device of its own, and no container or chroot on one. */
export function deviceCheck({ container }: Facts): Check {
  if (container.length === 0)
    return { name: 'device', verdict: 'ok', found: 'no container and no chroot' };
  return {
    name: 'device',
    verdict: 'refusal',
    found: `this login is in a container or a chroot: ${container.join('; ')}`,
    advice: 'Log in to the machine itself: what would be shut down and written belongs to that.',
  };
}

/** Whether the way by which this login came is there in maintenance, too. */
export function wayCheck({ way, sshPort }: Facts, { services }: Profile): Check {
  const name = 'way-in';
  const refuse = (found: string, advice: string): Check => ({
    ...{ name, verdict: 'refusal', found, advice },
  });
  if (way.loops !== '')
    return refuse(
      `the login ends with the old system: ${way.loops}`,
      "Log in by an address of the device's own network, from this machine or through a jump host.",
    );
  if (services.network === 'keep') {
    const advice =
      'Log in by an address that the device has without that, or give services.network one.';
    if (way.ends !== '') return refuse(`the login comes by what ends: ${way.ends}`, advice);
    if (way.wifi !== '' && !services.wifi)
      return refuse(`the login comes by what ends: ${way.wifi}`, advice);
  }
  if (way.links.length > 0) return { name, verdict: 'ok', found: way.links.join(', ') };
  return {
    name,
    verdict: 'warning',
    found: `the device does not tell by which interface this login came${sshPort === undefined ? ' (no SSH_CONNECTION)' : ''}`,
    advice: 'Be sure that it is one which stays when the programs of the old system have ended.',
  };
}

/** Whether an entry lets the keys of the person who enters in, as well as those of the device and of the profile. */
export const takesOwnKeys = ({ keyFiles = [] }: Facts, { services }: Profile): boolean =>
  services.sshd.agentKeys ||
  (services.sshd.keepAuthorizedKeys && keyFiles.every(({ keys }) => keys === 0));

/**
 * Whether anybody but the machine that enters can log into maintenance.
 * @param ownKeys the public keys of the person who enters, where `takesOwnKeys`
 */
export function keysCheck(facts: Facts, profile: Profile, ownKeys: string[]): Check {
  const name = 'keys';
  const { keepAuthorizedKeys, authorizedKeys } = profile.services.sshd;
  const { keyFiles } = facts;
  const found = (keepAuthorizedKeys ? (keyFiles ?? []) : []).filter(({ keys }) => keys > 0);
  const words = [
    ...found.map(({ path, keys }) => `${keys} in ${path}`),
    ...(authorizedKeys.length > 0 ? [`${authorizedKeys.length} in the profile`] : []),
    ...(ownKeys.length > 0 ? [`${ownKeys.length} of your own (${named(ownKeys)})`] : []),
  ];
  if (words.length > 0) return { name, verdict: 'ok', found: words.join(', ') };
  const looked = keyFiles?.map(({ path }) => path).join(', ') || 'no file';
  return {
    name,
    verdict: 'warning',
    found: `only this levitate could log into maintenance: ${
      !keepAuthorizedKeys
        ? 'the profile names no key'
        : keyFiles === undefined
          ? 'the device does not tell where its SSH server looks for authorized keys'
          : `NO authorized key was found (the SSH server reads ${looked})`
    }${takesOwnKeys(facts, profile) ? ', and you have none here' : ''}`,
    advice:
      'Name public keys under services.sshd.authorized-keys, or make one with ssh-keygen, so that a second machine can help.',
  };
}

/** Keys by what a person knows them by: their comments, else their fingerprints. */
const named = (keys: string[]): string => {
  const names = keys.map((key) => key.split(/\s+/).slice(2).join(' ') || (fingerprint(key) ?? ''));
  const more = names.length > 3 ? [`${names.length - 3} more`] : [];
  return [...names.slice(0, 3), ...more].join(', ');
};
