import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { refuseToOverwrite, writeProfile } from '../../../../src/operations/probe/profile-file.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'levitate-profile-'))));
afterEach(() => rm(folder, { recursive: true }));

const file = () => ({
  path: path.join(folder, 'x y.yaml'),
  option: '--save',
  command: (quoted: string, target = 'TARGET') => `levitate deploy box ${quoted} ${target}=new.img`,
});
const profile = (targets: string) => `name: x\narch: x86_64\nflash: { targets: { ${targets} } }\n`;
const [disk, data] = ['disk: { block: /dev/vda }', 'data: { block: /dev/vdb }'];

it('writes a file that is not there', async () => {
  await refuseToOverwrite(file());
  await writeProfile(file(), 'text');
  expect(await readFile(file().path, 'utf8')).toBe('text');
});

it.each([
  ['of one target, with it', profile(disk), /\. If .*: levitate deploy box '.*x y\.yaml' disk=new/],
  ['of several', profile(`${disk}, ${data}`), /levitate deploy box '.*x y\.yaml' TARGET=new\.img$/],
  ['that is none', 'name: [', /^Name another file with --save, or move that one away\.$/],
])('says how to use a profile that is there: one %s', async (_, text, hint) => {
  await writeFile(file().path, text);
  const refusal = { code: 'OUTPUT_FAILED', hint: expect.stringMatching(hint) as string };
  await expect(refuseToOverwrite(file())).rejects.toMatchObject(refusal);
  await expect(writeProfile(file(), 'text')).rejects.toMatchObject(refusal);
  expect(await readFile(file().path, 'utf8')).toBe(text);
});
