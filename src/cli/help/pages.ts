import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { packageFolder } from '../../shared/package-files.js';

const folders = ['reference', 'how-to', 'explanation', 'tutorial'];

/** The pages that come with the package, by the name under which `levitate help` shows them. */
export const helpPages = (): Map<string, URL> => {
  const docs = pathToFileURL(`${packageFolder()}/docs/`);
  return new Map(
    folders.flatMap((folder) =>
      readdirSync(new URL(`${folder}/`, docs), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.md'))
        .map((path): [string, URL] => [topicOf(path), new URL(`${folder}/${path}`, docs)])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
};

/** `extend/target.md` is about extend-target, and `builders/README.md` about builders. */
const topicOf = (path: string): string => path.replace(/(\/README)?\.md$/, '').replaceAll('/', '-');

/** The text of a page, as Markdown. */
export const pageText = (page: URL): string => readFileSync(page, 'utf8');
