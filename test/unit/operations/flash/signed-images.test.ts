import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readTrustedKey } from '../../../../src/image/signature/trusted-key.js';
import { signedImages } from '../../../../src/operations/flash/signed-images.js';
import { indexImages, prepare } from '../../../../src/operations/prepare.js';
import type { Profile } from '../../../../src/profile/profile.js';
import { put, sample, temporaryFolder } from '../../image/fixtures.js';
import { keyBytes, signers } from '../../image/signature/signers.js';

const folder = temporaryFolder();
const signer = signers['minisign']!(mkdtempSync(join(folder, 'key-')));
const profile = { trust: [readTrustedKey(keyBytes(signer), 'release.pub')] } as Profile;
const fresh = (): string => put(mkdtempSync(join(folder, 'case-')), 'image', sample(9000));

it('a deploy refuses an unsigned image before it asks the device for anything', async () => {
  const path = join(folder, 'p.yaml');
  writeFileSync(join(folder, 'release.pub'), keyBytes(signer));
  writeFileSync(
    path,
    'name: p\narch: armv7\nflash: { targets: { a: { mtd: a } }, trust: [release.pub] }\n',
  );
  const image = fresh();
  const call = { host: 'nobody@host.invalid', profile: path, images: { a: image } };
  await expect(prepare(call, {})).rejects.toMatchObject({ code: 'IMAGE_UNSIGNED', exit: 2 });
  signer.sign(image);
  const { images } = await prepare(call, {});
  expect(images[0]?.[1].signedBy?.key).toBe('release.pub');
});

it('an image that was read without keys is verified by those of the maintenance system', async () => {
  const image = fresh();
  const read = await indexImages({ a: image }, {});
  expect(await signedImages(read, {} as Profile, {})).toBe(read);
  await expect(signedImages(read, profile, {})).rejects.toMatchObject({ code: 'IMAGE_UNSIGNED' });
  signer.sign(image);
  expect((await signedImages(read, profile, {}))[0]?.[1].signedBy?.key).toBe('release.pub');
  writeFileSync(image, sample(9001));
  signer.sign(image);
  await expect(signedImages(read, profile, {})).rejects.toMatchObject({ code: 'IMAGE_CHANGED' });
});

it('a verified image is not read again', async () => {
  const image = fresh();
  signer.sign(image);
  const read = await indexImages({ a: image }, {}, profile.trust);
  execFileSync('rm', [image]);
  expect(await signedImages(read, profile, {})).toEqual(read);
});
