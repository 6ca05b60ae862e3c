import { readdirSync, readFileSync } from 'node:fs';

const docs = new URL('../../../docs/', import.meta.url);
const folders = ['reference', 'how-to', 'explanation', 'tutorial'];

/** The pages that come with the package, by the name under which `levitate help` shows them. */
export const helpPages = (): Map<string, URL> =>
  new Map(
    folders.flatMap((folder) => {
      const home = new URL(`${folder}/`, docs);
      return readdirSync(home)
        .filter((name) => name.endsWith('.md'))
        .sort()
        .map((name): [string, URL] => [name.replace(/\.md$/, ''), new URL(name, home)]);
    }),
  );

/** The text of a page, as Markdown. */
export const pageText = (page: URL): string => readFileSync(page, 'utf8');
