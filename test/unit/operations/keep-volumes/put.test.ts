import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import {
  indexVolume,
  loadVolumes,
  makeVolumesFolder,
  volumeFile,
} from '../../../../src/device/kept-volumes.js';
import { JobState } from '../../../../src/flash/job-state.js';
import type { VolumeKeeping } from '../../../../src/operations/keep-volumes/find.js';
import { noteVolumesWriting, putVolumes } from '../../../../src/operations/keep-volumes/put.js';
import { aDevice, aJob, content, data, host, parts, session } from './a-keeping.js';

const lease = { token: 3, release: () => Promise.resolve() };

/** Puts the volume into a new one of so many bytes, of a layout with volumes of these names. */
async function put(bytes: number, names: string[]) {
  const reply = {
    type: 'target',
    kind: 'ubi-volume',
    name: 'it',
    node: '/dev/ubi0_1',
    size: bytes,
  };
  const described = JSON.stringify({ ...reply, leb_size: data.lebSize });
  const { folder, transport } = aDevice(`[ "$1" != target ] || echo '${described}'`);
  vi.stubEnv('XDG_STATE_HOME', folder);
  await makeVolumesFolder(host, 'layout');
  writeFileSync(volumeFile(host, 'layout', 0), content);
  const image = await indexVolume(volumeFile(host, 'layout', 0));
  const kept = {
    ...{ host, target: 'layout', entryId: 'one', state: 'saved' as const, sequences: [] },
    ...{ at: '2026-01-02T03:04:05.000Z', volumes: [{ ...data, sha256: image.sha256 }] },
  };
  const job = aJob();
  job.image.ubi!.table = job.image.ubi!.table.filter(({ name }) => names.includes(name));
  const keeping: VolumeKeeping = {
    ...{ job, volumes: [data], parts, states: [new JobState()] },
    copy: { kept, images: [image] },
  };
  await noteVolumesWriting(keeping);
  const failure: unknown = await putVolumes({ transport }, keeping, session, lease).catch(
    (error: unknown) => error,
  );
  const called = readFileSync(join(folder, 'called'), 'utf8').trim().split('\n');
  return { failure, called, kept: await loadVolumes(host, 'layout') };
}

it('a new volume that came out too small takes nothing, and the only copy stays', async () => {
  const { failure, called, kept } = await put(10 * data.lebSize, ['data']);
  expect(failure).toMatchObject({
    code: 'KEEP_REFUSED',
    message: expect.stringMatching(/has 1000000 bytes .* needs 1100000/) as string,
  });
  expect(called).toEqual(['target ubi-volume data ubi']);
  expect(kept?.state).toBe('writing');
});

it('a volume that the layout lacks is made as it was', async () => {
  const { called } = await put(10 * data.lebSize, []);
  expect(called[0]).toBe('make-volume 3 data dynamic 11 1 ubi ubi');
});
