/**
 * Each kind of target for which a file system is made, on a real kernel and its media: a tree is put there, the link is cut in the
 * middle, and what is there in the end is what the archive has.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tarOf, type Member } from '../../unit/image/tree/archives.js';
import { minutes, wrote } from '../lines.js';
import { MediaGuest } from './media-guest.js';
import { contents, mib, startedBy } from './media.js';

const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
const tree: Member[] = [
  { name: './', type: '5', mode: 0o751 },
  { name: './sbin/init', data: contents.first.subarray(0, 8 * mib), mode: 0o4755 },
  {
    name: './sbin/ping',
    data: Buffer.from('x'),
    pax: { 'SCHILY.xattr.security.capability': capability },
  },
  { name: './sbin/again', type: '1', link: './sbin/init' },
  { name: './bin', type: '2', link: '/sbin' },
  { name: './null', type: '3', fields: { 329: '0000001', 337: '0000003' } },
  { name: './pipe', type: '6' },
  { name: './empty/', type: '5', mode: 0o3770, pax: { uid: '3000000' } },
];
const whole = { names: 9, files: 2, bytes: 8 * mib + 1 };

/** What ext4 and F2FS keep besides: ACLs, as tar --acls writes them, and a file that is mostly a hole. */
const more: Member[] = [
  {
    name: './shared/',
    type: '5',
    mode: 0o770,
    pax: { 'SCHILY.acl.default': 'user::rwx,user:1000:r-x,group::r-x,mask::r-x,other::---' },
  },
  {
    name: './shared/given',
    mode: 0o640,
    pax: { 'SCHILY.acl.access': 'user::rw-\nuser:1000:r--\ngroup::---\nmask::r--\nother::---\n' },
  },
  {
    name: './GNUSparseFile.0/holes',
    data: Buffer.from('end'),
    pax: {
      ...{ 'GNU.sparse.map': '99997,3', 'GNU.sparse.size': '100000' },
      ...{ 'GNU.sparse.name': './shared/holes', 'GNU.sparse.numblocks': '1' },
    },
  },
];

let guest: MediaGuest;
const image = (name: 'tree' | 'more'): string => join(guest.dir, `${name}.tar`);
beforeAll(async () => {
  guest = await MediaGuest.boot();
  await writeFile(image('tree'), tarOf(tree));
  await writeFile(image('more'), tarOf([...tree, ...more]));
}, minutes(5));
afterAll(() => guest?.stop());
afterEach(() => guest.proxy.throttle());

const kinds = [
  { name: 'ext4', target: 'ext4', mount: 'mount -t ext4 -o ro /dev/vdb1', use: '', swaps: false },
  { name: 'F2FS', target: 'f2fs', mount: 'mount -t f2fs -o ro /dev/vdb1', use: '', swaps: false },
  {
    name: 'UBIFS beside',
    target: 'ubifs',
    mount: 'mount -t ubifs -o ro ubi0:system',
    use: startedBy(''),
    swaps: true,
  },
  {
    name: 'UBIFS in place',
    target: 'ubifs',
    mount: 'mount -t ubifs -o ro ubi0:system',
    use: startedBy('root=ubi0_0'),
    swaps: false,
  },
];

describe.each(kinds)('$name', { timeout: minutes(5) }, ({ target, mount, use, swaps }) => {
  test('a tree is put there over a link that is cut, and is there', async () => {
    await guest.sh(use);
    guest.proxy.throttle(2 * mib);
    const isUbifs = target === 'ubifs';
    const flashing = guest.flash(`${target}=${image(isUbifs ? 'tree' : 'more')}`);
    await flashing.until(wrote(3 * mib));
    guest.proxy.cut();
    guest.proxy.throttle();
    const { exit, last } = await flashing.ended;
    const held = isUbifs
      ? whole
      : { names: whole.names + 3, files: whole.files + 2, bytes: whole.bytes + 100_000 };
    expect(last, last.message).toMatchObject({ targets: [{ target, resumed: true, tree: held }] });
    expect(exit).toBe(0);
    const [plan] = last['plans'] as { steps: { do: string }[] }[];
    expect(plan?.steps.some((step) => step.do === 'swap')).toBe(swaps);
    const mounted = 'cat /proc/[0-9]*/mounts | grep -c /run/levitate/place || :';
    expect(await guest.sh(mounted)).toBe('0');
    const found = await guest.sh(`mkdir -p /tmp/look; ${mount} /tmp/look
      cd /tmp/look; stat -c '%a %u %h %s' sbin/init empty; readlink bin; sha256sum <sbin/init | cut -c 1-8; cd /; umount /tmp/look`);
    expect(found.split('\n').slice(0, 2)).toEqual([
      `4755 0 2 ${8 * mib}`,
      expect.stringMatching(/^3770 3000000 /),
    ]);
    expect(found).toContain('/sbin');
  });
});

test('ACLs are refused for a UBIFS, which keeps none, before anything is written', async () => {
  await guest.sh(startedBy(''));
  const { last } = await guest.run(`ubifs=${image('more')}`);
  expect(last).toMatchObject({
    code: 'IMAGE_FORMAT',
    message: expect.stringContaining(
      '2 of the 12 names of the tree have an ACL, shared first',
    ) as string,
  });
});

test(
  'a tree and a volume on one UBI get their names in one step',
  { timeout: minutes(5) },
  async () => {
    await guest.sh(`${startedBy('')}ubirsvol /dev/ubi0 -N data -s 4MiB
    program=/usr/sbin/ubirename
    [ -x "$program" ] || program=/usr/bin/ubirename
    mv "$program" /tmp/ubirename
    printf '#!/bin/sh\\necho "$@" >>/tmp/renamed\\nexec /tmp/ubirename "$@"\\n' >"$program"
    chmod 755 "$program"`);
    const content = join(guest.dir, 'content');
    await writeFile(content, contents.first);
    const small = join(guest.dir, 'small.tar');
    await writeFile(small, tarOf([{ name: './note', data: Buffer.from('small') }]));
    const words = [`data=${small}`, `volume=raw:${content}`, '--yes'];
    const { exit, last } = await guest.start('flash', words).ended;
    expect(last, last.message).toMatchObject({
      targets: [{ target: 'data', tree: { files: 1 } }, { target: 'volume' }],
    });
    expect(exit).toBe(0);
    const renamed = await guest.sh('cat /tmp/renamed');
    expect(renamed.split('\n')).toHaveLength(1);
    expect(renamed).toContain('levitate.new.data data data levitate.old.data');
    expect(renamed).toContain('levitate.new.system system system levitate.old.system');
  },
);
