/** A root file system in a tar archive is put into an ext4 that is made for it, with what is kept, and the device boots from that. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { packRoot } from '../a-tree.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';

const test = deviceTest('sbc-systemd', { scope: 'file' });

test(
  'the device boots from a tree that was put into a new ext4',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { device } = levitate;
    const image = join(await levitate.folder(), 'root.tar');
    await packRoot(device, 'sbc-systemd 3', image);
    // What is kept is of another owner than what the tree has in its place.
    await device.sh(
      'echo mine >/data/note; mkdir /etc/own; echo own >/etc/own/a; chown 7:8 /etc/own/a; chmod 600 /etc/own/a; sync',
    );
    const profile = await levitate.profile({
      'flash.keep': { paths: ['/etc/own'], into: 'root' },
      'flash.targets.root': { 'ext4-tree': { partition: { label: 'root' } }, label: 'new-root' },
    });
    const deployed = await levitate.run('deploy', [profile, `root=${image}`]);
    expect(deployed.last, deployed.last.message).toMatchObject({
      type: 'result',
      leave: { isNew: true, build: 'sbc-systemd 3' },
      flash: { targets: [{ target: 'root', node: '/dev/vda2' }] },
    });
    expect(deployed.lines).toContainEqual(
      expect.objectContaining({
        message: 'keep: 2 files and folders are in root, as they were.',
      }),
    );
    // The system starts without waiting for its other partition.
    const note =
      'tries=0; until [ -e /data/note ] || [ $((tries += 1)) -gt 600 ]; do sleep 1; done';
    const said = await device.sh(
      `${note}; cat /data/note; stat -c "%a %u:%g %h %s" /odd/capable; stat -c "%t:%T" /odd/disk; blkid -o value -s LABEL /dev/vda2; stat -c "%a %u:%g" /etc/own/a; cat /etc/own/a`,
      { timeoutMs: minutes(5) },
    );
    expect(said).toBe('mine\n4755 70000:3000000 2 70001\nfe:11170\nnew-root\n600 7:8\nown');
  },
);
