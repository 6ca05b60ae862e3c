import { withoutStop } from '../shared/without-stop.js';
import type { Transport } from '../ssh/transport.js';
import { tryOnTerminal, type Asking, type PasswordAsker, type RootWay } from './as-root.js';
import type { FactLines } from './fact-lines.js';
import type { NotRoot } from './preflight.js';
import { noTerminal } from './typing.js';

/** What the device tells of the ways to root. */
export interface Ways {
  /** Programs that may give root for a password, in turn. */
  candidates: PasswordAsker[];
  /** Why others give nothing. */
  refused: NotRoot[];
}

/**
 * Reads what remote/root-way.sh told. A program that wants a terminal is asked there whether it wants a password at all.
 * @returns the way that needs no password, where there is one
 * @throws as `exec` of the connection does
 */
export async function readRootWays(
  told: FactLines,
  running: Transport,
  user: string,
): Promise<RootWay | Ways> {
  const silent = told.one('root-by') as 'sudo' | 'doas' | '';
  if (silent !== '') return { program: silent };
  const ways: Ways = {
    candidates: [],
    refused: told.all('root-refusal').map((refusal) => reasonFor(refusal, user)),
  };
  const terminals = told.all('root-terminal');
  for (const program of told.all('root-asks') as Asking[]) {
    if (program === 'su' || (program === 'sudo' && !terminals.includes(program))) {
      ways.candidates.push({ program });
      continue;
    }
    const onTerminal = { program, terminal: true as const };
    const { code, stderr } = await tryOnTerminal(running, onTerminal);
    if (code === 0) return onTerminal;
    if (/required|password/i.test(stderr)) ways.candidates.push(onTerminal);
    else ways.refused.push(reasonFor(`${program}: ${stderr}`, user));
  }
  return ways;
}

/** Why a program gives nothing, in its own words, of which it names itself most of the time; and what helps. */
function reasonFor(refusal: string, user: string): NotRoot {
  const why = withoutStop(refusal.replace(/^(\w+: )\1/, '$1'));
  if (!why.endsWith(noTerminal)) return { why };
  const lets = refusal.startsWith('sudo')
    ? `\`Defaults:${user} !requiretty\` in sudoers (visudo)`
    : `\`permit nopass ${user}\` in doas.conf`;
  return {
    why: `${why}, which it wants`,
    advice: `PermitTTY in sshd_config, or \`restrict\` and \`no-pty\` in authorized_keys, forbid one. ${lets} lets it do without; or log in as root.`,
  };
}
