import type { Facts } from '../../device/facts.js';
import type { ProbeFacts } from '../../device/probe-facts.js';
import { said, scalar } from './draft-text.js';

/** The networks that the device has, as comments, and how maintenance gets its own. */
export function network({ interfaces }: ProbeFacts): string[] {
  const shown = interfaces.filter(({ addresses, ssh }) => ssh || addresses.length > 0);
  return [
    ...shown.map(
      ({ name, kind, addresses, dhcp, ssh }) =>
        `  # ${said(name)} (${kind}): ${said(addresses.join(', '))}${dhcp ? ' by DHCP' : ''}${ssh ? '; SSH came in here' : ''}`,
    ),
    ...interfaces
      .filter(({ kind, ssh }) => ssh && kind === 'wifi')
      .flatMap(({ name }) => [
        '  # Wi-Fi ends with the old system, unless it comes along:',
        `  # wifi: { interface: ${said(name)}, configuration: keep }`,
      ]),
    '  network: keep',
  ];
}

/** The watchdog, where one runs or may run; as a comment where none is fed. */
export function watchdog({ watchdogs }: Facts): string[] {
  // A watchdog that does not say whether it runs may be running, and then it must be fed.
  const running =
    watchdogs.find(({ feeder }) => feeder) ?? watchdogs.find(({ state }) => state !== 'inactive');
  const dog = running ?? watchdogs[0];
  if (!dog || !/^[A-Za-z0-9_-]+$/.test(dog.device)) return ['  # No watchdog was found.'];
  const now = Number(dog.timeout) > 0 ? Math.floor(Number(dog.timeout)) : 30;
  const timeout = Math.min(Math.max(now, 2), 60);
  const feed = Math.max(1, Math.min(5, Math.floor(timeout / 4)));
  const line = `watchdog: { device: /dev/${dog.device}, feed: ${feed}s, timeout: ${timeout}s }`;
  const properties = [
    dog.identity || dog.device,
    dog.state || 'state unknown',
    `${dog.timeout || '?'} s`,
    ...(dog.nowayout ? ['nowayout'] : []),
    ...(dog.feeder ? [`fed by ${dog.feeder.name}`] : []),
  ];
  const about = said(properties.join(', '));
  return running
    ? [`  # ${about}`, `  ${line}`]
    : [`  # ${about}: nobody feeds it, and once fed it may not stop any more.`, `  # ${line}`];
}

/** A shell on the last console that is a serial one. */
export function getty({ consoles }: ProbeFacts): string[] {
  const device = consoles.findLast(
    (name) => /^[A-Za-z][A-Za-z0-9_/-]*$/.test(name) && !/^tty\d*$/.test(name),
  );
  return device === undefined
    ? []
    : ['  # A shell for a person at the device itself.', `  getty: { device: ${scalar(device)} }`];
}
