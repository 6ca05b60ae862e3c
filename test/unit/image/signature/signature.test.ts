import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { checkedChunks } from '../../../../src/image/chunks.js';
import { indexImage } from '../../../../src/image/index.js';
import { NotATrustedKey, readTrustedKey } from '../../../../src/image/signature/trusted-key.js';
import { collect, compressors, put, sample, temporaryFolder } from '../fixtures.js';
import { signers, keyBytes, type Signer } from './signers.js';

const folder = temporaryFolder();
const names = Object.keys(signers);
const ours: Record<string, Signer> = {};
const others: Record<string, Signer> = {};
const content = sample(3 * 1024 * 1024 + 12_345);
const image = compressors.gzip(content);

beforeAll(() => {
  for (const name of names) {
    ours[name] = signers[name]!(mkdtempSync(join(folder, 'ours-')));
    others[name] = signers[name]!(mkdtempSync(join(folder, 'others-')));
  }
});

/** An image in a folder of its own. */
const fresh = (bytes: Uint8Array = image): string =>
  put(mkdtempSync(join(folder, 'case-')), 'image', bytes);
const key = (signer: Signer) => readTrustedKey(keyBytes(signer), 'key');
const refused = (code: string) =>
  expect.objectContaining({ code, hint: expect.any(String) as string }) as Error;
/** The signature that lies beside an image. */
const signatureOf = (path: string): string =>
  join(
    dirname(path),
    readdirSync(dirname(path)).find((name) => name.startsWith('image.'))!,
  );

describe.each(names)('a signature of %s', (name) => {
  const mine = () => ours[name]!;

  it('counts, and is named', async () => {
    const path = fresh();
    mine().sign(path);
    const index = await indexImage(path, {}, [key(mine())]);
    expect(index.signedBy).toMatchObject({ key: 'key', signature: signatureOf(path) });
    expect(index.protectedBy).toContain(`the signature ${signatureOf(path)} by key`);
    expect((await collect(chunksOf(index))).equals(content)).toBe(true);
  });

  it('by a key that nobody trusts does not count', async () => {
    const path = fresh();
    others[name]!.sign(path);
    await expect(indexImage(path, {}, [key(mine())])).rejects.toThrow(refused('IMAGE_SIGNATURE'));
    // Whoever trusts both keys takes it.
    const both = [key(mine()), key(others[name]!)];
    expect((await indexImage(path, {}, both)).signedBy).toBeDefined();
  });

  it('is missed', async () => {
    await expect(indexImage(fresh(), {}, [key(mine())])).rejects.toThrow(refused('IMAGE_UNSIGNED'));
  });

  it.each([
    ['one bit is another', (bytes: Buffer) => ((bytes[bytes.length - 20]! ^= 1), bytes)],
    ['a byte more', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(1)])],
    ['a byte less', (bytes: Buffer) => bytes.subarray(0, -1)],
  ] as [string, (bytes: Buffer) => Buffer][])(
    'of another file does not count: %s',
    async (_, change) => {
      const path = fresh();
      mine().sign(path);
      writeFileSync(path, change(Buffer.from(image)));
      await expect(indexImage(path, {}, [key(mine())])).rejects.toThrow(refused('IMAGE_SIGNATURE'));
    },
  );

  it('that is cut or changed does not count, and does not break anything', async () => {
    const path = fresh(image.subarray(0, 5000));
    mine().sign(path);
    const file = signatureOf(path);
    const whole = readFileSync(file);
    for (const part of [0.1, 0.5]) {
      writeFileSync(file, whole.subarray(0, Math.floor(whole.length * part)));
      await expect(indexImage(path, {}, [key(mine())])).rejects.toMatchObject({
        code: expect.stringMatching(/^IMAGE_(SIGNATURE|UNSIGNED)$/) as string,
      });
    }
    const changed = Buffer.from(whole);
    // A binary signature may hold any bytes, and ends in the value itself.
    const at = name === 'OpenPGP, binary' ? whole.length - 8 : whole.indexOf('\n') + 25;
    changed[at] = changed[at] === 0x41 ? 0x42 : 0x41;
    writeFileSync(file, changed);
    await expect(indexImage(path, {}, [key(mine())])).rejects.toMatchObject({
      code: expect.stringMatching(/^IMAGE_(SIGNATURE|UNSIGNED)$/) as string,
    });
  });

  it('may sign the list of digests beside the image', async () => {
    const path = fresh();
    const list = join(dirname(path), 'SHA256SUMS');
    writeFileSync(list, execFileSync('sha256sum', ['image'], { cwd: dirname(path) }));
    mine().sign(list);
    const index = await indexImage(path, {}, [key(mine())]);
    expect(index.signedBy).toMatchObject({ key: 'key', list });
    writeFileSync(path, compressors.gzip(sample(9000)));
    await expect(indexImage(path, {}, [key(mine())])).rejects.toThrow(refused('IMAGE_DIGEST'));
    writeFileSync(list, execFileSync('sha256sum', ['image'], { cwd: dirname(path) }));
    await expect(indexImage(path, {}, [key(mine())])).rejects.toThrow(refused('IMAGE_SIGNATURE'));
  });

  it.each(['raw', 'gzip'])(
    '%s: a file that changes after it was verified is caught',
    async (how) => {
      const bytes = how === 'raw' ? content : image;
      const path = fresh(bytes);
      mine().sign(path);
      const other = Buffer.from(bytes);
      other[bytes.length >> 1]! ^= 1;
      // The file is exchanged at the very moment at which its signature was found good.
      const onProgress = (event: { type: string; message?: string }) => {
        if (event.type === 'note' && event.message?.includes('is signed'))
          writeFileSync(path, other);
      };
      await expect(indexImage(path, { onProgress }, [key(mine())])).rejects.toThrow(
        expect.objectContaining({ code: 'IMAGE_CHANGED' }) as Error,
      );
      writeFileSync(path, bytes);
      const index = await indexImage(path, {}, [key(mine())]);
      writeFileSync(
        path,
        how === 'raw'
          ? Buffer.alloc(bytes.length, 1)
          : compressors.gzip(Buffer.alloc(content.length)),
      );
      await expect(collect(chunksOf(index))).rejects.toThrow(
        expect.objectContaining({ code: 'IMAGE_CHANGED' }) as Error,
      );
    },
  );
});

const chunksOf = async function* (index: Parameters<typeof checkedChunks>[0]) {
  for await (const { bytes } of checkedChunks(index)) yield bytes;
};

it("minisign's trusted comment is told, and one that was changed does not count", async () => {
  const path = fresh();
  ours['minisign']!.sign(path);
  const trust = [key(ours['minisign']!)];
  const file = signatureOf(path);
  expect((await indexImage(path, {}, trust)).signedBy?.comment).toBe('release 7');
  writeFileSync(file, readFileSync(file, 'utf8').replace('release 7', 'release 8'));
  await expect(indexImage(path, {}, trust)).rejects.toThrow(/trusted comment that is not signed/);
});

it('a signature without a key of its kind does not count', async () => {
  const path = fresh();
  ours['signify']!.sign(path);
  await expect(indexImage(path, {}, [key(ours['ssh']!)])).rejects.toThrow(
    refused('IMAGE_SIGNATURE'),
  );
});

it('one good signature of several is enough', async () => {
  const path = fresh();
  others['minisign']!.sign(path);
  ours['signify']!.sign(path);
  const trust = [key(ours['signify']!), key(ours['minisign']!)];
  expect((await indexImage(path, {}, trust)).signedBy?.signature).toBe(`${path}.sig`);
});

it('of several signatures that do not count, each is told with its reason', async () => {
  const path = fresh();
  for (const name of ['minisign', 'ssh']) others[name]!.sign(path);
  const [minisign, ssh, openpgp] = ['minisign', 'ssh', 'OpenPGP, binary'].map((name) =>
    key(ours[name]!),
  );
  await expect(indexImage(path, {}, [minisign!])).rejects.toThrow(
    `trusts: ${path}.minisig is by a key`,
  );
  await expect(indexImage(path, {}, [minisign!, ssh!])).rejects.toThrow(
    new RegExp(`trusts: ${path}.minisig is by .*; ${path}.sig is by a key`),
  );
  await expect(indexImage(path, {}, [openpgp!])).rejects.toThrow(
    `trusts: ${path}.minisig is of a kind (ed25519) that the profile has no key for; ${path}.sig is of a kind (ssh)`,
  );
});

it('an SSH signature counts for the signers, the namespace and the time that are allowed', async () => {
  const path = fresh();
  const signer = ours['ssh']!;
  signer.sign(path);
  const [type, blob] = keyBytes(signer).toString().split(' ');
  const trust = (line: string) => [readTrustedKey(Buffer.from(line), 'signers')];
  const good = trust(`# who\nbuild@example.org namespaces="file" ${type} ${blob}\n`);
  expect((await indexImage(path, {}, good)).signedBy?.id).toBe('build@example.org');
  for (const option of ['namespaces="git"', 'valid-before="20200101"'])
    await expect(
      indexImage(path, {}, trust(`build@example.org ${option} ${type} ${blob}\n`)),
    ).rejects.toThrow(refused('IMAGE_SIGNATURE'));
});

it('OpenWrt signs its list of digests with usign, whose keys are those of signify', async () => {
  const path = fresh();
  const list = join(dirname(path), 'sha256sums');
  writeFileSync(list, execFileSync('sha256sum', ['-b', 'image'], { cwd: dirname(path) }));
  ours['signify']!.sign(list);
  copyFileSync(path, join(dirname(path), 'other'));
  const trust = [key(ours['signify']!)];
  expect((await indexImage(path, {}, trust)).signedBy?.list).toBe(list);
  await expect(indexImage(join(dirname(path), 'other'), {}, trust)).rejects.toThrow(
    refused('IMAGE_UNSIGNED'),
  );
});

it('without keys in the profile a signature is no matter', async () => {
  const path = fresh();
  others['minisign']!.sign(path);
  expect((await indexImage(path)).signedBy).toBeUndefined();
});

describe('a key file', () => {
  it.each(names)('of %s is told by its content', (name) => {
    expect(key(ours[name]!).kind).toBe(
      name.startsWith('OpenPGP') ? 'openpgp' : name === 'ssh' ? 'ssh' : 'ed25519',
    );
  });
  it('may be the key alone, as minisign prints it', () => {
    const line = keyBytes(ours['minisign']!).toString().split('\n')[1]!;
    expect(readTrustedKey(Buffer.from(`${line}\n`), 'k').data).toBe(key(ours['minisign']!).data);
  });
  it('with a secret key, half a key, or something else is refused', () => {
    const secrets = [
      readFileSync(ours['ssh']!.publicKey.replace(/\.pub$/, '')),
      readFileSync(join(dirname(ours['minisign']!.publicKey), 'minisign.key')),
      readFileSync(join(dirname(ours['signify']!.publicKey), 'signify.sec')),
    ];
    for (const bytes of secrets) expect(() => readTrustedKey(bytes, 'k')).toThrow(NotATrustedKey);
    for (const name of names) {
      const bytes = keyBytes(ours[name]!);
      const half = bytes.subarray(0, name === 'ssh' ? 20 : 30);
      expect(() => readTrustedKey(half, 'k'), name).toThrow(NotATrustedKey);
    }
    for (const bytes of [Buffer.alloc(0), Buffer.from('x\n'), content, image])
      expect(() => readTrustedKey(bytes, 'k')).toThrow(NotATrustedKey);
  });
});

it('nothing of a verification is left behind', async () => {
  const parent = mkdtempSync(join(folder, 'tmp-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = parent;
  try {
    for (const name of ['ssh', 'OpenPGP, armored']) {
      const path = fresh();
      ours[name]!.sign(path);
      await indexImage(path, {}, [key(ours[name]!)]);
      rmSync(signatureOf(path));
      others[name]!.sign(path);
      await indexImage(path, {}, [key(ours[name]!)]).catch(() => undefined);
    }
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  expect(readdirSync(parent).map((name) => basename(name))).toEqual([]);
});

it.each(['OpenPGP, binary', 'ssh'])(
  'no folder is left behind where a signature of %s cannot be put into one',
  async (name) => {
    const path = fresh();
    ours[name]!.sign(path);
    // There is room in a path for the folder, and none for a file in it.
    let deep = mkdtempSync(join(folder, 'deep-'));
    while (deep.length < 4077) deep = join(deep, 'd'.repeat(Math.min(250, 4077 - deep.length - 1)));
    mkdirSync(deep, { recursive: true });
    vi.stubEnv('TMPDIR', deep);
    await expect(indexImage(path, {}, [key(ours[name]!)])).rejects.toThrow('ENAMETOOLONG');
    expect(readdirSync(deep)).toEqual([]);
  },
);
