import { hostName } from '../shared/ssh-host.js';

/** What a server offers where the client would have none of it, and the setting of ssh_config(5) that would. */
export interface Offer {
  setting: string;
  /** What `ssh -Q` lists the client's own of this kind by. */
  query: string;
  offered: string[];
}

/** The client's words for each kind of algorithm (OpenSSH `sshconnect2.c`, `kex.c`, `ssherr.c`). */
const kinds: { words: RegExp; setting: string; query: string }[] = [
  { words: /host key type/, setting: 'HostKeyAlgorithms', query: 'HostKeyAlgorithms' },
  { words: /key exchange method/, setting: 'KexAlgorithms', query: 'kex' },
  { words: /cipher/, setting: 'Ciphers', query: 'cipher' },
  { words: /MAC/, setting: 'MACs', query: 'mac' },
];

/** What the ssh client's messages say that a server offers in vain, if they say so. */
export function offerIn(messages: string): Offer | undefined {
  const [, what = '', list = ''] =
    /no matching ([a-z A-Z]+) found\. Their offer: (\S+)/.exec(messages) ?? [];
  const kind = kinds.find(({ words }) => words.test(what));
  if (kind) {
    const offered = list.split(',').filter((name) => !/^(kex-strict|ext-info)-/.test(name));
    return { setting: kind.setting, query: kind.query, offered };
  }
  if (/no mutual signature/.test(messages))
    return {
      setting: 'PubkeyAcceptedAlgorithms',
      query: 'PubkeyAcceptedAlgorithms',
      offered: ['ssh-rsa'],
    };
  if (/Invalid key length|RSA key too short|key length .* too small/i.test(messages))
    return { setting: 'RequiredRSASize', query: '', offered: ['1024'] };
  return undefined;
}

/**
 * What a person can do about an offer.
 * @param known the algorithms that this client has; without it, all of those offered
 */
export function lineThatAllows(host: string, offer: Offer, known?: ReadonlySet<string>): string {
  const { setting, offered, query } = offer;
  const usable = offered.filter((name) => query === '' || !known || known.has(name));
  if (usable.length === 0)
    return `This ssh client knows none of ${offered.join(', ')}: an older client, or a newer SSH server on the device, is needed.`;
  const value = query === '' ? usable.join(',') : `+${usable.join(',')}`;
  return `These lines in the ssh configuration allow it for this device alone:\nHost ${hostName(host)}\n  ${setting} ${value}`;
}
