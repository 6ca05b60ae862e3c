/** A tree of a running system, as tests put it into a file system of its own. */
import { execa } from 'execa';
import { open } from 'node:fs/promises';
import { archiveEnd, archiveEntry, archivePadding } from '../../src/image/tree/tree-archive.js';
import type { TreeEntry } from '../../src/image/tree/tree.js';
import { isRouter } from '../lab/artifacts.js';
import type { LabDevice } from '../lab/index.js';

/** Attributes as a program gets them that may bind low ports (Linux `include/uapi/linux/capability.h`, vfs_cap_data). */
const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');

/** What a device does not start by, and would take long to send. */
const unneeded = [
  ...['usr/share', 'usr/lib/product', 'usr/include', 'var/lib/dpkg', 'var/lib/apt', 'var/cache'],
  ...[
    'usr/lib/x86_64-linux-gnu/perl-base',
    'usr/lib/x86_64-linux-gnu/gconv',
    'usr/lib/udev/hwdb.d',
  ],
];

/**
 * Packs the root of a running device as a tar archive, under another build, with files besides that few systems have.
 * @param path of the file to write
 */
export async function packRoot(device: LabDevice, build: string, path: string): Promise<void> {
  const without = unneeded.map((name) => `--exclude='./${name}/*'`).join(' ');
  // busybox's tar knows no file system's bounds; a bind mount has nothing that is mounted on what it shows.
  const tar = isRouter(device.name)
    ? `mkdir -p /tmp/root; mount -o bind / /tmp/root; tar -C /tmp/root -cf - .`
    : `tar --one-file-system --format=pax --numeric-owner ${without} -C / -cf - .`;
  const pack = `old=$(cat /etc/build-id); echo '${build}' >/etc/build-id; sync
    ${tar}; code=$?
    echo "$old" >/etc/build-id; [ $code -le 1 ]`;
  await execa('ssh', ['-F', device.sshConfig, device.host, pack], {
    stdout: { file: path },
    buffer: false,
  });
  await addOddities(path);
}

/** Takes the end of the archive away, and puts more entries there. */
async function addOddities(path: string): Promise<void> {
  const entry = (
    name: string,
    kind: TreeEntry['kind'],
    more: Partial<TreeEntry> = {},
  ): TreeEntry => ({
    ...{
      name: `odd/${name}`,
      kind,
      mode: 0o640,
      uid: 70_000,
      gid: 3_000_000,
      mtime: 1_000_000_000,
    },
    ...{ size: 0, attributes: {}, attributeBytes: 0, ...more },
  });
  const attributes = (values: Record<string, Buffer>) =>
    Object.entries(values).map(([name, value]) => ({ name, value, sha256: '' }));
  const content = Buffer.alloc(70_001, 'levitate');
  const more = Buffer.concat([
    archiveEntry(
      entry('capable', 'file', { mode: 0o4755, size: content.length }),
      attributes({ 'security.capability': capability, 'user.note': Buffer.from('a\0b') }),
    ),
    content,
    archivePadding(content.length),
    archiveEntry(entry('again', 'hard-link', { link: 'odd/capable' }), []),
    archiveEntry(entry('node', 'character', { device: { major: 1, minor: 3 } }), []),
    archiveEntry(entry('disk', 'block', { device: { major: 254, minor: 70_000 } }), []),
    archiveEntry(entry('pipe', 'fifo'), []),
    archiveEntry(entry('outside', 'link', { link: '/../../etc/passwd' }), []),
    archiveEntry(entry('n'.repeat(255), 'file'), []),
    archiveEntry(entry('empty', 'folder', { mode: 0o2750 }), []),
    archiveEnd,
  ]);
  const file = await open(path, 'r+');
  try {
    let { size: end } = await file.stat();
    const last = Buffer.alloc(512);
    for (;;) {
      await file.read(last, 0, 512, end - 512);
      if (last.some((byte) => byte !== 0)) break;
      end -= 512;
    }
    await file.truncate(end);
    await file.write(more, 0, more.length, end);
  } finally {
    await file.close();
  }
}
