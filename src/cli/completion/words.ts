import { homedir } from 'node:os';

/**
 * Gives the words that a shell offers in a place where only this machine's files tell them.
 * @param args `hosts` or `targets`, and behind it the words of the line that is being typed
 */
export async function completionWords([what, ...line]: string[]): Promise<string[]> {
  if (what === 'hosts') {
    const { hostsForCompletion } = await import('../../operations/completion/hosts.js');
    return hostsForCompletion(configIn(line));
  }
  const profile = line.find((word) => /\.ya?ml$/i.test(word));
  if (what !== 'targets' || profile === undefined) return [];
  const { targetsForCompletion } = await import('../../operations/completion/targets.js');
  return targetsForCompletion(inHome(profile));
}

/** The ssh_config that the line names. */
function configIn(line: string[]): string | undefined {
  const at = line.findIndex((word) => word === '-F' || word === '--ssh-config');
  const file = line[at + 1];
  if (at >= 0) return file === '' ? undefined : file;
  return line.find((word) => word.startsWith('--ssh-config='))?.slice('--ssh-config='.length);
}

const inHome = (path: string): string => path.replace(/^~(?=\/)/, homedir());
