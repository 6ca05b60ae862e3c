/** Scripts are read as text here: a word where a command may stand, that busybox has an applet for. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { applets, optionalApplets, neededApplets } from '../../../src/rootfs/applets.js';
import { readPackageFiles } from '../../../src/shared/package-files.js';

/** Of the shell itself, in every busybox. */
const builtins = ['[', 'echo', 'false', 'kill', 'printf', 'pwd', 'test', 'true', 'ulimit', 'type'];

/** Not calls: a script's own words, and what it does without. */
const otherwise = ['busybox', 'link', 'od', 'unshare'];

const before = String.raw`(?:^|[;&|({!]|\$\(|\b(?:b|exec|then|do|else|if|elif|while|until|setsid|xargs)\s|(?:busybox|busybox\.stage)"?\s|timeout \d+\s|-c ')`;

/** Names of applets that a script calls. */
function called(script: string, names: string[]): string[] {
  const text = script.replace(/^\s*#.*$/gm, '').replace(/\\\n/g, ' ');
  return names.filter((name) => {
    const word = name.replace(/[[.+]/g, '\\$&');
    return new RegExp(`${before}\\s*${word}(?=\\s|[;|)]|$)`, 'm').test(text);
  });
}

test('every applet that a script calls is in the root, and a busybox without it is refused', async () => {
  const known = execFileSync('busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const names = known.filter((name) => ![...builtins, ...otherwise].includes(name));
  const { files } = await readPackageFiles();
  const calls = files
    // That one runs in the old system, with its programs.
    .filter(
      ({ path }) =>
        !/\.(awk|c|h|S|ld)$/.test(path) && !['remote/read-files.sh', 'efi/build.sh'].includes(path),
    )
    .flatMap(({ path, bytes }) =>
      called(Buffer.from(bytes).toString(), names).map((name) => ({ name, path })),
    );
  expect(calls.length).toBeGreaterThan(100);
  expect(calls.filter(({ name }) => !neededApplets.includes(name))).toEqual([]);
});

test('what only a person would miss is in the list of all', () => {
  const all = Object.values(applets).flat();
  expect([...optionalApplets].filter((name) => !all.includes(name))).toEqual([]);
});
