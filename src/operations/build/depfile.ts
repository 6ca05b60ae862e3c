import { join } from 'node:path';
import { writeOutput } from '../../shared/atomic-file.js';
import { readPackageFiles } from '../../shared/package-files.js';
import type { Source, SourceFile } from '../../sources/source.js';

/** Gives the same source, which records the files of this machine that are taken from it. */
export function recordInputs(source: Source, inputs: Set<string>): Source {
  const note = ({ hostFile }: SourceFile): void => {
    if (hostFile !== undefined) inputs.add(hostFile);
  };
  return {
    ...source,
    async programs(requests) {
      const found = await source.programs(requests);
      for (const one of found) note(one.found.file);
      return found;
    },
    async *kernels(kernel) {
      for await (const found of source.kernels(kernel)) {
        yield {
          ...found,
          read: async (paths) => {
            const files = await found.read(paths);
            files.forEach(note);
            return files;
          },
        };
      }
    },
    async library(...args) {
      const found = await source.library(...args);
      if (found) note(found);
      return found;
    },
  };
}

/**
 * Writes what `output` is made of as a make rule: the inputs, and the files of the levitate package itself.
 * @throws LevitateError OUTPUT_FAILED
 */
export async function writeDepfile(
  path: string,
  output: string,
  inputs: Iterable<string>,
): Promise<void> {
  const own = await readPackageFiles();
  const parts = ['package.json', ...own.files.map((file) => join('initramfs', file.path))];
  const all = [...inputs, ...parts.map((part) => join(own.folder, part))];
  await writeOutput(path, depfile(output, all));
}

/** Gives a make rule; each input has an empty rule of its own, so that make does not fail for one that is gone. */
export function depfile(output: string, inputs: string[]): string {
  const paths = [...new Set(inputs)].sort().map(escaped);
  const rule = [`${escaped(output)}:`, ...paths].join(' \\\n  ');
  return `${rule}\n\n${paths.map((path) => `${path}:\n`).join('')}`;
}

/** Quotes the characters that GNU make would interpret. */
const escaped = (path: string): string =>
  path.replaceAll('$', '$$$$').replace(/(\\*)([ #:])/g, '$1$1\\$2');
