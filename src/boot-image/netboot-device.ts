import { LevitateError } from '../errors.js';

/** A device that boots over the network, as its boot loader names it there. */
export type NetbootDevice =
  | {
      /** The address of its network card, as `52-54-00-12-34-56`. */
      mac: string;
      serial?: undefined;
    }
  | {
      /** The serial number of a Raspberry Pi: eight hexadecimal digits. */
      serial: string;
      mac?: undefined;
    };

/**
 * Reads how a person names a device that boots over the network: by the address of its network card, or by the serial number that
 * /proc/cpuinfo of a Raspberry Pi tells, of which its firmware uses the last eight digits. Pure.
 * @throws LevitateError USAGE
 */
export function netbootDevice(text: string): NetbootDevice {
  const lower = text.toLowerCase();
  if (/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/.test(lower)) return { mac: lower.replaceAll(':', '-') };
  if (/^([0-9a-f]{8}){1,2}$/.test(lower)) return { serial: lower.slice(-8) };
  throw new LevitateError(
    'USAGE',
    `'${text}' is neither the address of a network card nor the serial number of a Raspberry Pi`,
    { hint: 'The first looks as 52:54:00:12:34:56, the second as 5a3c91e7.' },
  );
}
