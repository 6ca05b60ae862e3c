import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { loadVolumes, volumeFile, volumesFolder } from '../../../../src/device/kept-volumes.js';
import type { VolumeKeeping } from '../../../../src/operations/keep-volumes/find.js';
import { saveVolumes } from '../../../../src/operations/keep-volumes/save.js';
import { sha256 } from '../../../../src/shared/sha256.js';
import { aDevice, aJob, content, data, host, parts, session } from './a-keeping.js';

const worn = '{"type":"error","code":"VERIFY_FAILED","message":"worn"}';
let keeping: VolumeKeeping;
beforeEach(() => {
  keeping = { job: aJob(), volumes: [data], parts, states: [] };
});

/** Saves from a device whose flasher does this besides; `cuts` links are cut at the end of what they bring. */
async function save(flasher = '', cuts = 0) {
  const { folder, transport } = aDevice(flasher);
  vi.stubEnv('XDG_STATE_HOME', folder);
  let left = cuts;
  const over = async <T>(work: (connected: { transport: typeof transport }) => Promise<T>) => {
    for (; ; left -= 1)
      try {
        return await work({ transport });
      } catch (error) {
        if (left === 0) throw error;
      }
  };
  const saved = await saveVolumes(keeping, session, over, {});
  return { saved, called: readFileSync(join(folder, 'called'), 'utf8').trim().split('\n') };
}

it('a volume is saved for its user alone, with what is known of it', async () => {
  expect((await save()).saved).toBe(true);
  const file = volumeFile(host, 'layout', 0);
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(volumesFolder(host, 'layout')).mode & 0o777).toBe(0o700);
  expect(await loadVolumes(host, 'layout')).toMatchObject({
    ...{ host, target: 'layout', entryId: 'one', state: 'saved', sequences: [5] },
    volumes: [{ ...data, sha256: sha256(content) }],
  });
  expect(keeping.copy?.images[0]).toMatchObject({ path: file, raw: true, length: content.length });
});

it('after a cut it goes on with the byte that it has come to', async () => {
  const cut = '[ "$1 $2" != "read 0" ] || { head -c 1000 $here/data; return 1; }';
  const { called } = await save(cut, 1);
  expect(called.slice(0, 2)).toEqual([
    `read 0 ${content.length} ubi-volume data ubi`,
    `read 1000 ${content.length - 1000} ubi-volume data ubi`,
  ]);
  expect(readFileSync(volumeFile(host, 'layout', 0)).equals(content)).toBe(true);
});

it.each([
  ['another byte', 'printf x | dd of=$here/data conv=notrunc 2>/dev/null'],
  ['less', '{ echo \'{"type":"end"}\'; return 0; }'],
  ['nothing that can be read', `{ echo '${worn}'; return 1; }`],
])('what the medium does not give a second time is not kept: %s', async (_, otherwise) => {
  await expect(save(`[ "$1" != hash ] || ${otherwise}`)).rejects.toMatchObject({
    code: 'KEEP_REFUSED',
    exit: 3,
  });
  expect(existsSync(volumesFolder(host, 'layout'))).toBe(false);
});

it('a failure of the device ends it', async () => {
  const failing = `[ "$1" != read ] || { echo '${worn}' >&2; return 1; }`;
  await expect(save(failing)).rejects.toMatchObject({ code: 'VERIFY_FAILED', message: 'worn' });
});

it('where the layout is on the medium already, nothing is saved, and nothing is to be put back', async () => {
  const { folder, transport } = aDevice();
  vi.stubEnv('XDG_STATE_HOME', folder);
  keeping.job.state.plan = {
    ...{ target: 'layout', node: '/dev/mtd0', image: 'i', protectedBy: [], length: 1 },
    ...{ sendBytes: 0, steps: [], lost: [], kept: [], way: 'delta', why: '' },
  };
  const saved = await saveVolumes(keeping, session, (work) => work({ transport }), {});
  expect(saved).toBe(false);
  expect(keeping.job.facts.keeps).toEqual([]);
  expect(existsSync(join(folder, 'called'))).toBe(false);
});
