import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pageFolder } from '../page-folder.js';

/** What each file of the page is, by the path at which it is served. */
const types: Record<string, string> = {
  'index.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'devices.js': 'text/javascript; charset=utf-8',
  'elements.js': 'text/javascript; charset=utf-8',
  'rollout.js': 'text/javascript; charset=utf-8',
  'wear.js': 'text/javascript; charset=utf-8',
  'words.js': 'text/javascript; charset=utf-8',
};

/** A file of the page. */
export interface PageFile {
  /** Its media type. */
  type: string;
  /** What it holds: nothing of the database. */
  bytes: Buffer;
}

/** Reads the files of the page, by the path at which each is served. @throws where one is missing */
export async function pageFiles(): Promise<Map<string, PageFile>> {
  const files = Object.entries(types).map(async ([name, type]): Promise<[string, PageFile]> => {
    const bytes = await readFile(join(pageFolder, name));
    return [name === 'index.html' ? '/' : `/${name}`, { type, bytes }];
  });
  return new Map(await Promise.all(files));
}
