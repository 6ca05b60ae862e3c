import type { DeviceIdentity } from '../protocol/session-file.js';
import type { Facts } from './facts.js';

/** What vendors leave in DMI in place of a name or a number. */
const placeholder =
  /^(to be filled|default string|system (product name|serial number)|not (applicable|specified)|none$|o\.?e\.?m|0*$)/i;

/** Whether a name of a device is none: what a vendor has left in its place. */
export const isPlaceholder = (name: string): boolean => placeholder.test(name.trim());

/** Who a device is, for people. Pure. What a maintenance system tells of itself is not the device's own system. */
export function identityOf(facts: Facts): DeviceIdentity {
  const { hostname, state, model, serial, system, init } = facts;
  const known = (text: string) => (isPlaceholder(text) ? '' : text);
  const own = state === 'normal';
  return {
    hostname,
    model: known(model),
    serial: known(serial),
    system: own ? system : '',
    init: own ? init : '',
  };
}
