import type { Feature } from '../sources/source.js';

/**
 * A feature that a build of dropbear has if its usage text has a line for this option (dropbear `svr-runopts.c`,
 * `printhelp`).
 */
const option = (letter: string, name: string): Feature => ({
  name: `${name} (-${letter})`,
  texts: ['\t', ' '].map((blank) => `\n-${letter}${blank}`),
});

/**
 * What `initramfs/root/usr/lib/levitate/lib/sshd.sh` and levitate's own SSH client need of a dropbear: it ends at once
 * on an option that it does not know, and a login fails without an algorithm of each kind in common. Debian's has had
 * all of these since version 11.
 */
export const dropbearFeatures: Feature[] = [
  option('E', 'logging to standard error'),
  option('W', 'a receive window'),
  option('K', 'keepalive'),
  { name: 'keys in authorized_keys', texts: ['authorized_keys'] },
  { name: 'ed25519 keys', texts: ['ssh-ed25519'] },
  {
    name: 'a key exchange that levitate knows',
    texts: ['curve25519-sha256', 'ecdh-sha2-nistp', 'diffie-hellman-group14-sha256'],
  },
  {
    name: 'a cipher that levitate knows',
    texts: ['aes128-ctr', 'aes256-ctr', 'aes128-gcm', 'chacha20-poly1305'],
  },
  { name: 'a MAC that levitate knows', texts: ['hmac-sha2-', 'hmac-sha1'] },
];
