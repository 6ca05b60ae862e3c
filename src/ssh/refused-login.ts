import { quote } from '../shared/shell-quote.js';
import { sshCommand } from '../shared/ssh-host.js';

/** What became of the keys that the client had for a login (`sshconnect2.c`). */
export interface OfferedKeys {
  /** Where those come from that the server was asked about. */
  offered: string[];
  /** Those of them that open the login: the client could not use them. */
  accepted: string[];
}

/** Where nothing is known of them. */
export const noKeys: OfferedKeys = { offered: [], accepted: [] };

/** Reads the debug lines of the client about keys. */
export function readOfferedKeys(log: string): OfferedKeys {
  const named = (words: string) =>
    [...log.matchAll(new RegExp(`^debug1: ${words}: (.*?)(?: \\S+ SHA256:.*)?$`, 'gm'))].flatMap(
      ([, name = '']) => (name === '' ? [] : [name]),
    );
  return { offered: named('Offering public key'), accepted: named('Server accepts key') };
}

/** Who has refused a login, and what it would have taken, as the client says (`sshconnect2.c`). */
const refusalIn = (messages: string): string[] =>
  /^(?:(\S+): )?Permission denied \(([^)]*)\)/m.exec(messages)?.slice(1) ?? [];

/** Whether a login takes an answer that a person types, and the client has no key that opens it. Pure. */
export const takesTyping = (messages: string, { accepted }: OfferedKeys): boolean =>
  accepted.length === 0 && /password|keyboard-interactive/.test(refusalIn(messages)[1] ?? '');

/**
 * What a person can do where a server has let nobody in. Pure.
 * @param messages what the client says for people; they name who it was, such as a jump host
 * @param canAsk whether somebody could be asked for a password
 */
export function adviceOnLogin(
  host: string,
  messages: string,
  keys: OfferedKeys,
  canAsk: boolean,
): string {
  const { offered, accepted } = keys;
  const [who = host, methods = ''] = refusalIn(messages);
  const [locked] = accepted;
  if (locked !== undefined)
    return `${who} takes the key ${locked}, which ssh could not use. Where it has a passphrase, levitate asks for that on a terminal; elsewhere an agent has to hold the key: ssh-add ${quote(locked)}.`;
  if (messages.includes('Too many authentication failures'))
    return 'It hung up before it was offered the right key. Name that one in the ssh configuration, with IdentityFile and IdentitiesOnly yes.';
  if (!canAsk && takesTyping(messages, keys))
    return 'On a terminal, and without --json, levitate asks for the password. A script uses a key, in the agent or in the ssh configuration: `levitate help log-in`.';
  if (!methods.includes('publickey') || /password|keyboard-interactive/.test(methods))
    return `Try \`${sshCommand(host)}\` by hand: it has to take your password, or a key that is in the agent or in the ssh configuration.`;
  const had =
    offered.length === 0
      ? 'and there is none here. One that you have elsewhere'
      : `and not yours (${offered.join(', ')}). Another one that you have`;
  return `${who} takes keys alone, ${had} belongs into the agent (ssh-add) or into the ssh configuration (IdentityFile). Otherwise \`ssh-keygen\` makes one: the line in its .pub file belongs into ~/.ssh/authorized_keys there, or /etc/dropbear/authorized_keys on OpenWrt, from a machine that gets in or over the console. Where it is there, the log of the SSH server says what it has against it.`;
}
