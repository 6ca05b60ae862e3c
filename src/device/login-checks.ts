import type { Check } from '../progress.js';
import type { Profile } from '../profile/profile.js';
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

/** Whether anybody but the machine that enters can log into maintenance. */
export function keysCheck({ keyFiles }: Facts, { services }: Profile): Check {
  const name = 'keys';
  const { keepAuthorizedKeys, authorizedKeys } = services.sshd;
  const found = keepAuthorizedKeys ? (keyFiles ?? []) : [];
  const kept = found.reduce((sum, { keys }) => sum + keys, 0);
  const words = [
    ...found.filter(({ keys }) => keys > 0).map(({ path, keys }) => `${keys} in ${path}`),
    ...(authorizedKeys.length > 0 ? [`${authorizedKeys.length} in the profile`] : []),
  ];
  if (kept + authorizedKeys.length > 0) return { name, verdict: 'ok', found: words.join(', ') };
  const looked = found.map(({ path }) => path).join(', ') || 'no file';
  return {
    name,
    verdict: 'warning',
    found: !keepAuthorizedKeys
      ? 'the profile lets nobody log into maintenance but the machine that enters'
      : keyFiles === undefined
        ? 'the device does not tell where its SSH server looks for authorized keys'
        : `NO authorized key was found (the SSH server reads ${looked}): nobody could log into maintenance but the machine that enters`,
    advice:
      'Name public keys under services.sshd.authorized-keys, so that a second machine can help.',
  };
}
