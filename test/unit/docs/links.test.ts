/** Every link of the documents leads somewhere: in a checkout, and in the packed npm package. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { anchors, pages, prose } from './pages.js';

interface Link {
  from: string;
  to: string;
  /** The path that it leads to, in the checkout. */
  file: string;
  anchor: string | undefined;
}

const links: Link[] = pages.flatMap(({ file: from, text }) =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to = '']) => to)
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => {
      const [target = '', anchor] = to.split('#');
      const file = target === '' ? from : path.join(path.dirname(from), target);
      return { from, to, file, anchor };
    }),
);

const packed = [
  ...(JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] }).files,
  'package.json',
];
const isPacked = (file: string) => packed.some((one) => file === one || file.startsWith(`${one}/`));
const shown = ({ from, to }: Link) => `${from}: ${to}`;

it('there are links to follow', () => {
  expect(links.length).toBeGreaterThan(50);
});

it('each leads to a file that is there', () => {
  expect(links.filter(({ file }) => !existsSync(file)).map(shown)).toEqual([]);
});

it('each leads to a heading that is there', () => {
  const astray = links.filter(
    ({ file, anchor }) =>
      anchor !== undefined &&
      existsSync(file) &&
      statSync(file).isFile() &&
      !anchors(readFileSync(file, 'utf8')).has(anchor),
  );
  expect(astray.map(shown)).toEqual([]);
});

it('what is packed links to what is packed', () => {
  // CONTRIBUTING.md is for whoever has a checkout.
  const outside = links.filter(
    ({ from, file }) => isPacked(from) && from !== 'CONTRIBUTING.md' && !isPacked(file),
  );
  expect(outside.map(shown)).toEqual([]);
});

it('each page of docs can be found from docs/README.md', () => {
  const index = new Set(
    links.filter(({ from }) => from === 'docs/README.md').map(({ file }) => file),
  );
  const hidden = pages
    .map(({ file }) => file)
    .filter((file) => file.startsWith('docs/') && file !== 'docs/README.md' && !index.has(file));
  expect(hidden).toEqual([]);
});

it('the README is short', () => {
  expect(readFileSync('README.md').length).toBeLessThanOrEqual(7168);
});

it('each path of the checkout that is named leads somewhere', () => {
  const folders = ['src', 'initramfs', 'test', 'profiles', 'docs'];
  const there = folders.flatMap((folder) => [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name}`,
    ),
  ]);
  const named = new RegExp(`\`((?:${folders.join('|')})/[\\w./*-]*)\``, 'g');
  const astray = pages.flatMap(({ file, text }) =>
    [...text.matchAll(named)]
      .map(([, name = '']) => name)
      .filter((name) => !there.some((one) => anyName(name).test(one)))
      .map((name) => `${file}: ${name}`),
  );
  expect(astray).toEqual([]);
});

/** A path as a pattern: NAME, NN and * stand for any. */
function anyName(name: string): RegExp {
  const literal = name.replace(/\/$/, '').replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/NN|NAME|\*/g, '[^/]+')}$`);
}
