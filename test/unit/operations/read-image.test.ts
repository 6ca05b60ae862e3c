/** An image that is read once for many devices: what is known of it, and its bytes, are those of the image itself. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { checkedChunks } from '../../../src/image/chunks.js';
import type { ImageIndex } from '../../../src/image/image.js';
import { indexImage } from '../../../src/image/index.js';
import { prepare } from '../../../src/operations/prepare.js';
import { indexOf, readImage, type ReadImage } from '../../../src/operations/read-image.js';
import { squashfs } from '../image/container/containers.js';
import { collect, compressors, put, sample, temporaryFolder } from '../image/fixtures.js';
import { withMetadata } from '../image/openwrt-fixtures.js';
import { keyBytes, signers } from '../image/signature/signers.js';
import { tarOf } from '../image/tree/archives.js';

const folder = temporaryFolder();
const holes = Buffer.concat([sample(70_000), Buffer.alloc(5_000_000), sample(1000)]);
const openwrt = withMetadata(sample(300_000), { supported_devices: ['acme,x'] });

const bytesOf = async (image: ImageIndex): Promise<Buffer> => {
  const chunks = checkedChunks(image);
  return collect(
    (async function* () {
      for await (const { bytes } of chunks) yield Buffer.from(bytes);
    })(),
  );
};

const files = {
  plain: sample(3_000_000),
  zstd: compressors.zstd(sample(3_000_000)),
  holes: compressors.gzip(holes),
  metadata: openwrt,
  tree: tarOf([
    { name: 'etc/', type: '5' },
    { name: 'etc/motd', data: Buffer.from('hello\n') },
  ]),
  sysupgrade: tarOf([
    { name: 'sysupgrade-acme_x/CONTROL', data: Buffer.from('BOARD=acme_x\n') },
    { name: 'sysupgrade-acme_x/kernel', data: sample(100_000) },
    { name: 'sysupgrade-acme_x/root', data: squashfs(folder) },
  ]),
};

test.each(Object.entries(files))(
  '%s is what it is when each deploy reads it',
  async (name, bytes) => {
    const path = put(folder, `image-${name}`, bytes);
    const itself = await indexImage(path);
    const expected = await bytesOf(itself);
    const read = await readImage({ image: path, unpackTo: join(folder, `${name}.unpacked`) });
    // It is kept as JSON, and the image itself is read no more.
    const kept = JSON.parse(JSON.stringify(read)) as ReadImage;
    rmSync(path);
    const index = (await indexOf(kept))!;
    expect(
      JSON.parse(
        JSON.stringify(index, (key, value: unknown) => (key === 'unpacked' ? undefined : value)),
      ),
    ).toEqual(JSON.parse(JSON.stringify(itself)));
    expect((await bytesOf(index)).equals(expected)).toBe(true);
    const [member] = Object.values(itself.sysupgrade?.members ?? {});
    if (!member) return;
    writeFileSync(path, bytes);
    expect((await bytesOf(index.sysupgrade!.members.root)).equals(await bytesOf(member))).toBe(
      true,
    );
  },
);

it('leaves holes for zeros', async () => {
  const unpacked = join(folder, 'holes.sparse');
  await readImage({ image: put(folder, 'holes.gz', files.holes), unpackTo: unpacked });
  expect(readFileSync(unpacked).equals(holes)).toBe(true);
  expect(statSync(unpacked).blocks * 512).toBeLessThan(1_000_000);
});

it('leaves nothing where the image is damaged', async () => {
  const damaged = put(folder, 'damaged.zst', files.zstd.subarray(0, -9));
  const unpackTo = join(folder, 'damaged.unpacked');
  await expect(readImage({ image: damaged, unpackTo })).rejects.toMatchObject({
    code: 'IMAGE_TRUNCATED',
  });
  expect(() => statSync(unpackTo)).toThrow('ENOENT');
});

it('is read anew by another version, and where somebody must have signed it', async () => {
  const image = put(folder, 'signed', sample(9000));
  const read = await readImage({ image, unpackTo: join(folder, 'signed.unpacked') });
  const profile = join(folder, 'p.yaml');
  const text = 'name: p\narch: armv7\nflash: { targets: { a: { mtd: a } }';
  const of = async (given: ReadImage) =>
    (await prepare({ host: 'nobody@host.invalid', profile, images: { a: given } }, {})).images;
  writeFileSync(profile, `${text} }\n`);
  expect(await of(read)).toMatchObject([['a', { path: image, unpacked: read.unpacked }]]);
  expect((await of({ ...read, version: '0.0.1' }))[0]?.[1].unpacked).toBeUndefined();
  const signer = signers['minisign']!(mkdtempSync(join(folder, 'key-')));
  writeFileSync(join(folder, 'release.pub'), keyBytes(signer));
  writeFileSync(profile, `${text}, trust: [release.pub] }\n`);
  await expect(of(read)).rejects.toMatchObject({ code: 'IMAGE_UNSIGNED' });
  signer.sign(image);
  const [signed] = await of(read);
  expect(signed?.[1].signedBy?.key).toBe('release.pub');
  expect(signed?.[1].unpacked).toBeUndefined();
});
