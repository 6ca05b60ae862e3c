import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** How deep ssh_config(5) lets one file include another. */
const deepest = 16;

/**
 * Gives the names of hosts that a person may mean: those of ssh_config(5), with what it includes, and those of known_hosts
 * that are not hashed. Names with a port are left out, because they need more than a name. What cannot be read has none.
 * @param config a file in place of the person's own and the system's
 */
export function hostsForCompletion(config?: string, home = homedir()): string[] {
  const files =
    config === undefined ? [join(home, '.ssh/config'), '/etc/ssh/ssh_config'] : [config];
  const configured = files.flatMap((file) => hostsOfConfig(inHome(file, home), home, 0));
  const known = ['.ssh/known_hosts', '.ssh/known_hosts2']
    .map((name) => join(home, name))
    .concat('/etc/ssh/ssh_known_hosts')
    .flatMap((file) => hostsOfKnown(textOf(file)));
  return [...new Set([...configured, ...known])].sort();
}

function hostsOfConfig(file: string, home: string, depth: number): string[] {
  return textOf(file)
    .split('\n')
    .flatMap((line) => {
      const [, keyword = '', rest = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
      const words = (rest.match(/"[^"]*"|[^\s"]+/g) ?? []).map((word) => word.replaceAll('"', ''));
      if (/^host$/i.test(keyword)) return words.filter((word) => !/[*?!]/.test(word));
      if (!/^include$/i.test(keyword) || depth >= deepest) return [];
      return words
        .map((word) => inHome(word, home))
        .map((word) => (isAbsolute(word) ? word : join(homeOfIncludes(file, home), word)))
        .flatMap(matching)
        .flatMap((one) => hostsOfConfig(one, home, depth + 1));
    });
}

/** Relative names mean ~/.ssh, and in the system's file /etc/ssh. */
const homeOfIncludes = (file: string, home: string): string =>
  file.startsWith('/etc/ssh/') ? '/etc/ssh' : join(home, '.ssh');

/** The first word of a line, behind a marker: names with commas (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
const hostsOfKnown = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    const [first = '', second = ''] = line.trim().split(/\s+/);
    return (first.startsWith('@') ? second : first)
      .split(',')
      .filter((name) => /^[\w.-]+$/.test(name));
  });

const inHome = (path: string, home: string): string => path.replace(/^~(?=\/)/, home);

/** The files that a pattern with `*` and `?` names. */
function matching(pattern: string): string[] {
  if (!/[*?]/.test(pattern)) return [pattern];
  const folders = matching(dirname(pattern));
  const last = pattern.slice(dirname(pattern).length).replace(/^\//, '');
  const source = last
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const name = new RegExp(`^${source}$`);
  return folders.flatMap((folder) =>
    entriesOf(folder)
      .filter((entry) => name.test(entry) && !entry.startsWith('.'))
      .sort()
      .map((entry) => join(folder, entry)),
  );
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
