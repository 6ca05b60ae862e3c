import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readEntry } from '../../src/archive/read.js';
import { gatherFacts } from '../../src/device/gather-facts.js';
import { arm, configure, stageOf, stageRoot, type Stage } from '../../src/device/hook.js';
import { rehearse } from '../../src/device/rehearsal.js';
import { generateKeyPair } from '../../src/ssh/key-pair.js';
import type { Levitate } from './levitate.js';

/** Takes a device as far as armed, by the steps that `enter` goes, and pulls no trigger. */
export async function armDevice(
  levitate: Levitate,
  changes: Record<string, unknown> = {},
): Promise<Stage> {
  const archive = `${await levitate.folder()}/archive.gz`;
  const built = await levitate.local(['build', await levitate.profile(changes), '-o', archive])
    .ended;
  if (built.exit !== 0) throw new Error(`build ended with ${built.exit}`);
  return levitate.over(async (transport) => {
    const stage = stageOf(await gatherFacts(transport));
    const payload = {
      from: 'here' as const,
      compression: 'gzip' as const,
      bytes: createReadStream(archive),
      busybox: await readEntry(archive, 'usr/bin/busybox'),
    };
    await stageRoot(transport, stage, payload, { limit: 48 * 1024 * 1024, needed: 0 });
    const entry = {
      LEVITATE_ENTRY_ID: randomBytes(8).toString('hex'),
      LEVITATE_RESCUE: '',
      LEVITATE_SSHD_PORT: 22,
    };
    const { privateKey, publicKey } = await generateKeyPair('test');
    const { hostKeys } = await configure(transport, stage, entry, [publicKey]);
    await rehearse(transport, stage, { privateKey, hostKeys });
    await arm(transport, stage);
    return stage;
  });
}
