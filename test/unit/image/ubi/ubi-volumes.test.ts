import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { indexImage } from '../../../../src/image/index.js';
import { ubiCrc } from '../../../../src/image/ubi/ubi-headers.js';
import { UbiReader } from '../../../../src/image/ubi/ubi.js';
import type { Progress } from '../../../../src/progress.js';
import { put, sample, temporaryFolder, tool } from '../fixtures.js';

const folder = temporaryFolder();
const tree = temporaryFolder();
const peb = 128 * 1024;
const lebSize = peb - 4096;

interface Volume {
  name: string;
  type: 'static' | 'dynamic';
  content?: Buffer;
  autoresize?: boolean;
}

function ubinized(volumes: Volume[]): Buffer {
  const sections = volumes.map(({ name, type, content, autoresize }, id) =>
    [
      `[${name}]`,
      'mode=ubi',
      `vol_id=${id}`,
      `vol_type=${type}`,
      `vol_name=${name}`,
      'vol_size=2MiB',
      ...(content ? [`image=${put(folder, `${name}.bin`, content)}`] : []),
      ...(autoresize === true ? ['vol_flags=autoresize'] : []),
    ].join('\n'),
  );
  writeFileSync(join(folder, 'ubinize.cfg'), `${sections.join('\n')}\n`);
  const output = join(folder, 'volumes.ubi');
  tool('ubinize', ['-o', output, '-p', '128KiB', '-m', '2048', join(folder, 'ubinize.cfg')]);
  return readFileSync(output);
}

function ubifs(...options: string[]): Buffer {
  const path = join(folder, 'fs.ubifs');
  tool('mkfs.ubifs', ['-m', '2048', '-e', `${lebSize}`, '-c', '64', ...options, '-o', path]);
  return readFileSync(path);
}

function squashfs(): Buffer {
  const path = join(folder, 'fs.squashfs');
  const content = put(folder, 'content', sample(400_000));
  tool('mksquashfs', [content, path, '-noappend', '-quiet', '-nopad']);
  return readFileSync(path);
}

function ext4(): Buffer {
  const path = put(folder, 'fs.ext4', Buffer.alloc(1 << 20));
  tool('mke2fs', ['-q', '-F', '-t', 'ext4', path]);
  return readFileSync(path);
}

function uimage(content = sample(300_000)): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32BE(0x27051956, 0);
  header.writeUInt32BE(content.length, 12);
  header.writeUInt32BE(crc32(content), 24);
  header.writeUInt32BE(crc32(header), 4);
  return Buffer.concat([header, content]);
}

const fileSystem = ubifs();
const image = ubinized([
  { name: 'spare', type: 'dynamic' },
  { name: 'data', type: 'dynamic', autoresize: true },
  { name: 'kernel', type: 'static', content: sample(500_000) },
  { name: 'rootfs', type: 'dynamic', content: fileSystem },
]);
const pebs = image.length / peb;

function parse(bytes: Buffer): string[] {
  const told: Progress[] = [];
  const reader = new UbiReader('test.ubi');
  reader.push(bytes);
  reader.finish({ onProgress: (event) => told.push(event) });
  return told.flatMap((event) => (event.type === 'note' ? [event.message] : []));
}

const failing = (code: string, message = ''): Error =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error;

const without = (bytes: Buffer, number: number): Buffer =>
  Buffer.concat([bytes.subarray(0, number * peb), bytes.subarray((number + 1) * peb)]);

/** As the kernel writes an eraseblock: with a sequence number that no other has. */
function written(bytes: Buffer, number: number, sequence: bigint): Buffer {
  const changed = Buffer.from(bytes);
  const header = changed.subarray(number * peb + 2048, number * peb + 2048 + 64);
  header.writeBigUInt64BE(sequence, 40);
  header.writeUInt32BE(ubiCrc(header.subarray(0, 60)), 60);
  return changed;
}

describe('the volumes of a UBI image', () => {
  test('are whole in what ubinize has made; one that is empty and does not grow is told', () => {
    expect(parse(image)).toEqual([expect.stringContaining('nothing for the UBI volumes spare,')]);
  });

  test('are missed wherever the image was cut inside one', () => {
    for (const count of [2, 3, 4, 5, 7, 8, 12, pebs - 1])
      expect(() => parse(image.subarray(0, count * peb)), `${count} of ${pebs}`).toThrow(
        failing('IMAGE_TRUNCATED', count < 6 ? 'static volume kernel' : 'volume rootfs'),
      );
  });

  test('are told where it was cut before one, which may be meant to be empty', () => {
    expect(parse(image.subarray(0, 6 * peb))).toEqual([
      expect.stringContaining('nothing for the UBI volumes spare, rootfs,'),
    ]);
  });

  test.each([
    ['ubifs', fileSystem],
    ['squashfs', squashfs()],
    ['ext4', ext4()],
    ['uimage', uimage()],
  ])('are as long as the header of the %s in them says', (format, content) => {
    const whole = ubinized([{ name: 'one', type: 'dynamic', content }]);
    expect(parse(whole)).toEqual([]);
    expect(() => parse(whole.subarray(0, -peb))).toThrow(
      failing('IMAGE_TRUNCATED', `UBI volume one: its ${format} header says`),
    );
  });

  test('of no known format may be of any length, and empty dynamic ones alone are an image', () => {
    const unknown = ubinized([{ name: 'one', type: 'dynamic', content: sample(400_000) }]);
    expect(parse(unknown)).toEqual([]);
    expect(parse(ubinized([{ name: 'one', type: 'dynamic', autoresize: true }]))).toEqual([]);
  });

  test('have no hole', () => {
    for (let number = 2; number < pebs - 1; number++) {
      if (number === 5) continue;
      const [name, block] = number < 6 ? ['kernel', number - 2] : ['rootfs', number - 6];
      expect(() => parse(without(image, number)), `eraseblock ${number}`).toThrow(
        failing('IMAGE_CORRUPT', `LEB ${block} of its volume ${name} is missing`),
      );
    }
  });

  test('are not there twice', () => {
    expect(() => parse(Buffer.concat([image, image]))).toThrow(
      failing('IMAGE_CORRUPT', 'LEB 0 of the volume table is in it twice'),
    );
    expect(() => parse(Buffer.concat([image, image.subarray(7 * peb, 8 * peb)]))).toThrow(
      failing('IMAGE_CORRUPT', 'LEB 1 of volume 3 is in it twice'),
    );
  });

  test('of a chip lack any LEB, and have older copies, unless they are static', () => {
    const chip = written(image, 8, 7n);
    expect(() => parse(without(chip, 7))).not.toThrow();
    expect(() => parse(chip.subarray(0, -peb))).not.toThrow();
    const copy = written(image, 8, 5n).subarray(8 * peb, 9 * peb);
    expect(() => parse(Buffer.concat([chip, copy]))).not.toThrow();
    expect(() => parse(without(chip, 3))).toThrow(failing('IMAGE_CORRUPT', 'LEB 1 of its volume'));
  });

  test('hold no UBIFS that was made for other LEBs', () => {
    const content = ubifs('-e', '129024');
    expect(() => parse(ubinized([{ name: 'one', type: 'dynamic', content }]))).toThrow(
      failing('IMAGE_FORMAT', 'LEBs of 129024 bytes, and the volume has LEBs of 126976'),
    );
  });

  test('have a sound superblock where they hold UBIFS', () => {
    const broken = Buffer.from(fileSystem);
    broken.writeUInt32LE(2, 40);
    const made = ubinized([{ name: 'one', type: 'dynamic', content: broken }]);
    expect(() => parse(made)).toThrow(failing('IMAGE_CORRUPT', 'UBI volume one: the superblock'));
  });
});

describe('a UBIFS', () => {
  const index = (bytes: Buffer): Promise<unknown> => indexImage(put(folder, 'one.ubifs', bytes));

  test.each([[], ['-F'], ['-x', 'none'], ['-j', '1MiB'], ['-R', '1MiB']].map((o) => [o]))(
    'is whole as mkfs.ubifs %j has made it',
    async (options) => {
      put(tree, 'content', sample(300_000));
      await expect(index(ubifs(...options))).resolves.toMatchObject({ format: 'ubifs' });
      await expect(index(ubifs(...options, '-r', tree))).resolves.toMatchObject({
        ubifsLebSize: lebSize,
      });
    },
  );

  test('is longer on a chip than its superblock says', async () => {
    const dump = Buffer.concat([fileSystem, Buffer.alloc(3 * lebSize, 0xff)]);
    await expect(index(dump)).resolves.toMatchObject({ format: 'ubifs' });
  });

  test.each([30, 1000, 4096, lebSize, 3 * lebSize + 777, fileSystem.length - 1])(
    'is cut at %d bytes',
    async (length) => {
      await expect(index(fileSystem.subarray(0, length))).rejects.toThrow(
        failing('IMAGE_TRUNCATED', `and there are ${length}`),
      );
    },
  );

  test.each([5, 17, 41, 200, 4095])('has a damaged superblock at byte %d', async (at) => {
    const bytes = Buffer.from(fileSystem);
    bytes[at] = bytes.readUInt8(at) ^ 1;
    await expect(index(bytes)).rejects.toThrow(failing('IMAGE_CORRUPT', 'wrong checksum'));
  });

  test('begins with its superblock', async () => {
    await expect(index(fileSystem.subarray(lebSize))).rejects.toThrow(
      failing('IMAGE_CORRUPT', 'does not begin with a superblock'),
    );
  });
});

describe('UBI behind something else', () => {
  const index = (bytes: Buffer): Promise<unknown> => indexImage(put(folder, 'factory', bytes));
  const padded = (length: number): Buffer =>
    Buffer.concat([uimage(), Buffer.alloc(length, 0xff)]).subarray(0, length);

  test.each([320 * 1024, 1 << 20, 4 << 20, (4 << 20) + 16 * 1024])(
    'is found at byte %d',
    async (at) => {
      await expect(index(Buffer.concat([padded(at), image]))).resolves.toMatchObject({
        format: 'uimage',
        ubiBehind: at,
      });
    },
  );

  test('is nothing that the first header counts as its own, nor what only looks like it', async () => {
    const inside = uimage(Buffer.concat([Buffer.alloc((1 << 18) - 64), image]));
    await expect(index(inside)).resolves.not.toHaveProperty('ubiBehind');
    const fake = Buffer.concat([padded(1 << 20), Buffer.from('UBI#\x01'), Buffer.alloc(70_000)]);
    await expect(index(fake)).resolves.not.toHaveProperty('ubiBehind');
  });
});
