import { charDev, dir, file, symlink, type Entry } from './entry.js';

/** Gives what every maintenance root has before any program: folders, links, device nodes and accounts. */
export const skeleton = (): Entry[] => [...folders(), ...nodes(), ...accounts()];

const folders = (): Entry[] => [
  ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => [
    dir(`/usr/${name}`),
    symlink(`/${name}`, `usr/${name}`),
  ]),
  ...['/usr', '/dev', '/proc', '/sys', '/run', '/etc', '/mnt', '/oldroot', '/var'].map((path) =>
    dir(path),
  ),
  ...['/etc/levitate', '/usr/lib/levitate', '/var/log'].map((path) => dir(path)),
  ...['/tmp', '/var/tmp'].map((path) => dir(path, { mode: 0o1777 })),
  ...['/root', '/root/.ssh', '/etc/dropbear'].map((path) => dir(path, { mode: 0o700 })),
  // OpenWrt's dropbear looks for the keys of root only there; every other dropbear looks in the home folder.
  symlink('/etc/dropbear/authorized_keys', '../../root/.ssh/authorized_keys'),
  symlink('/var/run', '../run'),
  symlink('/etc/mtab', '../proc/self/mounts'),
  symlink('/usr/sbin/flasher', '../lib/levitate/flasher/flasher'),
];

/** Makes the device nodes that init needs until devtmpfs is mounted. */
const nodes = (): Entry[] => [
  charDev('/dev/console', 5, 1),
  charDev('/dev/null', 1, 3, { mode: 0o666 }),
  charDev('/dev/kmsg', 1, 11),
  charDev('/dev/tty', 5, 0, { mode: 0o666 }),
];

/** The path of root's login shell in the maintenance root. */
export const loginShell = '/usr/lib/levitate/shell';

const accounts = (): Entry[] => [
  file('/etc/passwd', `root:x:0:0:root:/root:${loginShell}\n`),
  file('/etc/group', 'root:x:0:\ntty:x:5:\n'),
  // No password opens the account: `*` matches none, and unlike `!` it does not lock the account for keys.
  file('/etc/shadow', 'root:*:19000:0:99999:7:::\n', { mode: 0o600 }),
  file('/etc/shells', `${loginShell}\n/bin/sh\n`),
  file('/etc/hosts', '127.0.0.1 localhost\n::1 localhost\n'),
  file('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n'),
  file(
    '/etc/profile',
    ['export PATH=/usr/sbin:/usr/bin', "export PS1='levitate:\\w# '", 'umask 022', ''].join('\n'),
  ),
  file(
    '/etc/motd',
    [
      'This is the levitate maintenance system. It runs from RAM; the flash of this',
      'device is not in use and can be rewritten.',
      '  flasher status   what stands on the flash, and what was written so far',
      '  reboot           leaves: into the old system as long as nothing was written',
      'Left alone with nothing written, the device goes back to its old system by itself.',
      '',
    ].join('\n'),
  ),
];
