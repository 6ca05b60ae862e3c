import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { packageFolder } from '../../shared/package-files.js';

const folders = ['reference', 'how-to', 'explanation', 'tutorial'];

/** The pages that come with the package, by the name under which `levitate help` shows them. */
export const helpPages = (): Map<string, URL> => {
  const docs = pathToFileURL(`${packageFolder()}/docs/`);
  return new Map(
    folders.flatMap((folder) => {
      const home = new URL(`${folder}/`, docs);
      return readdirSync(home)
        .filter((name) => name.endsWith('.md'))
        .sort()
        .map((name): [string, URL] => [name.replace(/\.md$/, ''), new URL(name, home)]);
    }),
  );
};

/** The text of a page, as Markdown. */
export const pageText = (page: URL): string => readFileSync(page, 'utf8');
