/** A layout whose volume `data` is kept, on a device that is this machine: its flasher is a shell function. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { JobState } from '../../../../src/flash/job-state.js';
import type { Job, KeptVolume, TargetFacts } from '../../../../src/flash/kind.js';
import { targetOf } from '../../../../src/flash/target.js';
import type { Session } from '../../../../src/protocol/session-file.js';
import { localTransport } from '../../device/local-transport.js';
import { anImage } from '../../image/an-image.js';

export const host = 'root@[fe80::1]/x';
const device = { hostname: 'r', model: 'R', serial: '1234', system: '', init: '' };
export const session: Session = {
  ...{ host, hostname: 'h', port: 22, user: 'root', proxied: false },
  ...{ entryId: 'one', device, privateKey: 'k', hostKeys: [] },
};

/** What the device has in the volume: two chunks, of which the last is short. */
export const content = Buffer.alloc(1024 * 1024 + 3000, 'content');
export const data: KeptVolume = {
  ...{ name: 'data', isStatic: false, alignment: 1, lebs: 11, lebSize: 100_000 },
  ...{ bytes: content.length, roomLebs: 30 },
};

/** An erase counter header of an image of this number, as hex. */
export const header = (sequence: number): string => {
  const bytes = Buffer.alloc(64);
  bytes.write('UBI#\x01', 'latin1');
  bytes.writeUInt32BE(sequence, 24);
  bytes.writeUInt32BE(~crc32(bytes.subarray(0, 60)) >>> 0, 60);
  return bytes.toString('hex');
};

const found = targetOf({ ubi: { mtd: 'ubi' }, keep: ['data'] });
export const parts = found.parts;

/** The job that writes a layout with that volume. */
export function aJob(before = [header(5)]): Job {
  const volume = { name: 'data', isStatic: false, lebs: 11, lebSize: 100_000, autoresize: false };
  const state = new JobState();
  state.before = before;
  const facts: TargetFacts = {
    ...{ kind: 'ubi', name: 'mtd ubi', node: '/dev/mtd0', size: 1 << 24, peb_size: 131_072 },
    volumes: ['data'],
  };
  const image = anImage({
    ...{ format: 'ubi', chunks: ['b'], sha256: 'ab'.repeat(32) },
    ubi: {
      ...{ pebSize: 131_072, vidHeaderOffset: 64, dataOffset: 128, pebCount: 4, bodies: ['b'] },
      ...{ volumes: ['data'], table: [volume] },
    },
  });
  return { target: 'layout', kind: found.kind, args: found.args, facts, image, state };
}

/** A folder for what is kept, and what the device holds; and the connection to it. */
export function aDevice(flasher = '') {
  const folder = mkdtempSync(join(tmpdir(), 'levitate-volumes-'));
  writeFileSync(join(folder, 'data'), content);
  const words = `
    here=${folder}
    flasher() {
      echo "$*" >>$here/called
      ${flasher}
      case $1 in
      read) tail -c +$(($2 + 1)) $here/data | head -c "$3" ;;
      hash)
        split -b 1048576 -d $here/data $here/chunk
        for _index in 0 1; do
          _sha=$(sha256sum <$here/chunk0$_index)
          echo "{\\"type\\":\\"chunk\\",\\"index\\":$_index,\\"sha256\\":\\"\${_sha%% *}\\"}"
        done
        echo '{"type":"end"}'
        ;;
      esac
    }
    eval "$1"`;
  return { folder, transport: localTransport(words) };
}
