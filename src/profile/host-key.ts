/** Where an archive has the host key that it presents. */
export const hostKeyPath = '/etc/levitate/host_key';

/** Says why a file is no private key that an SSH server could use; never what is in it. */
export class NotAHostKey extends Error {}

const armour =
  /^-----BEGIN OPENSSH PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*$/;
const magic = 'openssh-key-v1\0';

/**
 * Checks that a file is a private key in the form of OpenSSH which no passphrase protects (OpenSSH `PROTOCOL.key`): the maintenance
 * system can ask nobody for one. Pure.
 * @throws NotAHostKey
 */
export function checkHostKey(text: string): void {
  const [, encoded] = armour.exec(text) ?? [];
  const key = Buffer.from(encoded ?? '', 'base64');
  if (key.toString('latin1', 0, magic.length) !== magic || key.length < magic.length + 4)
    throw new NotAHostKey('which is no private key in the form of OpenSSH');
  const at = magic.length + 4;
  const cipher = key.toString('latin1', at, at + key.readUInt32BE(magic.length));
  if (cipher !== 'none') throw new NotAHostKey('which a passphrase protects');
}
