import { shellWord } from '../shared/shell-quote.js';
import type { Profile } from '../profile/profile.js';
import { file, type Entry } from './entry.js';
import { loginShell } from './skeleton.js';

const home = '/usr/lib/levitate/services';

/** The services that every root starts: names of files in `initramfs/root/usr/lib/levitate/services/`. */
const serviceNames = ['network', 'sshd', 'watchdog', 'deadman'] as const;

/** Makes `/etc/inittab` for busybox init, and a script for each command of `services.extra`. */
export function serviceEntries(profile: Profile): Entry[] {
  const { getty, extra } = profile.services;
  const respawn = (command: string) => `::respawn:${command}`;
  const lines = [
    '::sysinit:/usr/lib/levitate/rcS',
    ...serviceNames.map((name) => respawn(`${home}/${name}`)),
    ...extra.map(({ name }) => respawn(`${home}/extra-${name}`)),
    ...(getty === undefined
      ? []
      : // A key pressed there shows that somebody is at the device, which counts as contact for the dead-man timer.
        [`${getty}::askfirst:${loginShell}`]),
    '::ctrlaltdel:/sbin/reboot',
  ];
  return [
    file('/etc/inittab', `${lines.join('\n')}\n`, { reason: 'services' }),
    ...extra.map(({ name, run }) =>
      file(`${home}/extra-${name}`, `#!/bin/sh\nexec ${run.map(shellWord).join(' ')}\n`, {
        mode: 0o755,
        origin: 'profile',
        reason: `service ${name}`,
      }),
    ),
  ];
}
