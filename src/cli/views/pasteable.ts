import { quote } from '../../shared/shell-quote.js';
import { sshWords } from '../../shared/ssh-host.js';

/** How this program was called. */
export interface Call {
  /** `levitate`, or what it was called by. */
  program: string;
  /** The device that the command is about, as it was named. */
  host?: string;
  /** The ssh_config file that was named. */
  sshConfig?: string;
}

/** The commands that are about a device, as a pattern. */
export const verbs = 'deploy|doctor|enter|flash|install|leave|probe|status|uninstall|wear';

/** The words by which levitate was called; npx leaves no command of its own behind. */
export const programOf = (env: NodeJS.ProcessEnv): string =>
  env['npm_command'] === 'exec' ? 'npx levitate' : 'levitate';

/**
 * Makes the commands in a text such that they can be pasted: with the words that this program was called by, the host in
 * place of HOST, and its ssh_config. What only mentions a command stays. A full stop behind a command that ends a line would be
 * pasted with it, and goes.
 */
export function pasteable({ program, host, sshConfig }: Call): (text: string) => string {
  // ssh itself takes no port behind the name.
  const words = sshWords(host ?? 'HOST').filter((word) => word !== '--');
  const forSsh = words.map(quote).join(' ');
  const names = ['HOST', ...(host === undefined ? [] : [host]), forSsh].map(escaped).join('|');
  const option = sshConfig === undefined ? '' : `-F ${quote(sshConfig)} `;
  const call = new RegExp(
    `(?<!npx )\\b(levitate (?:${verbs})|ssh(?: -[tTG]| -l root| -o \\S+)?) (${names})(?![\\w@:-]|\\.\\w)(?:\\.$)?`,
    'gm',
  );
  const other = /(?<!npx )\blevitate (?=--help|help [a-zA-Z_-]|build PROFILE|image FILE)/g;
  return (text) =>
    text.replace(other, `${program} `).replace(call, (_, command: string, name: string) => {
      const called = command.replace(/^levitate/, program);
      const device = host === undefined ? name : command.startsWith('ssh') ? forSsh : quote(host);
      return `${called} ${option}${device}`;
    });
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
