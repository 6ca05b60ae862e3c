import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fitImage } from '../../../../src/boot-image/fit.js';
import type { ImageIndex } from '../../../../src/image/image.js';
import { indexImage } from '../../../../src/image/index.js';
import { gptDisk, mbr, sealed, summed } from '../disk-fixtures.js';
import { compressors, put, sample, temporaryFolder, tool } from '../fixtures.js';

const folder = temporaryFolder();
const mib = 1 << 20;

/** The index, and what was said of the partitions meanwhile. */
async function indexed(image: Uint8Array): Promise<{ index: ImageIndex; notes: string[] }> {
  const notes: string[] = [];
  const index = await indexImage(put(folder, 'disk.img', image), {
    onProgress: (event) => {
      if (event.type === 'note' && /GPT|partition|sectors/.test(event.message))
        notes.push(event.message);
    },
  });
  return { index, notes };
}

async function refused(image: Uint8Array, code: string, ...words: (string | number)[]) {
  const reason = await indexed(image).catch((error: unknown) => error);
  expect(reason).toMatchObject({ code, exit: 2, hint: expect.any(String) as string });
  for (const word of words) expect((reason as Error).message).toContain(String(word));
  // A person can say that it is meant to be so.
  await expect(
    indexImage({ path: put(folder, 'raw.img', image), raw: true }),
  ).resolves.toMatchObject({ raw: true });
}
const cut = (image: Uint8Array, ...words: (string | number)[]) =>
  refused(image, 'IMAGE_TRUNCATED', ...words);
const contradicts = (image: Uint8Array, ...words: (string | number)[]) =>
  refused(image, 'IMAGE_CORRUPT', ...words);

/** A disk image that sfdisk has written a table into. */
function partitioned(size: number, script: string): Buffer {
  const path = put(folder, 'made.img', Buffer.alloc(0));
  truncateSync(path, size);
  tool('sfdisk', ['-q', path], Buffer.from(script));
  return readFileSync(path);
}

test('a GPT from sfdisk', async () => {
  const image = partitioned(8 * mib, 'label: gpt\n2048,2048\n4096,,L\n');
  const { index, notes } = await indexed(image);
  expect(index).toMatchObject({ format: 'disk', disk: { sectorSizes: [512] } });
  expect(index.disk?.size).toBeGreaterThan(7 * mib);
  expect(index.disk?.size).toBeLessThanOrEqual(8 * mib);
  expect(notes).toEqual([]);
  expect((await indexed(compressors.zstd(image))).index.disk).toEqual(index.disk);
  await cut(image.subarray(0, 5 * mib), 5 * mib, 'partition 2 (sectors 4096 to');
  await cut(compressors.gzip(image.subarray(0, 5 * mib)), 5 * mib);
});

test('an MBR with logical partitions from sfdisk', async () => {
  const script = 'label: dos\n2048,2048,c\n4096,,E\n6144,1024,L\n9216,2048,L\n,,L\n';
  const image = partitioned(8 * mib, script);
  expect((await indexed(image)).index.disk).toEqual({
    sectorSizes: [512],
    size: 8 * mib,
    partitions: 4,
  });
  // Inside the last logical one, before it, and before the sector that announces it.
  await cut(image.subarray(0, 7.5 * mib), 7.5 * mib, 'logical partition 7');
  await cut(image.subarray(0, 6.5 * mib), 6.5 * mib);
  await cut(image.subarray(0, 4.5 * mib), 4.5 * mib, 'announced in sector');
  await cut(image.subarray(0, 1.5 * mib), 1.5 * mib);
});

test('a GPT for sectors of 4096 bytes, and one for both', async () => {
  const sectorSize = 4096;
  const made = { sectors: 1024, partitions: [{ first: 64, last: 900 }] };
  const image = gptDisk({ ...made, sectorSize });
  expect((await indexed(image)).index.disk).toEqual({
    sectorSizes: [4096],
    size: 1019 * 4096,
    partitions: 1,
  });
  await cut(image.subarray(0, 800 * sectorSize), 800 * sectorSize, 901 * sectorSize);
  // The entries of the small one in sectors where the large one has nothing.
  const both = gptDisk({ sectors: 8192, partitions: [{ first: 512, last: 7000 }], entries: 100 });
  image.copy(both, sectorSize, sectorSize, 6 * sectorSize);
  expect((await indexed(both)).index.disk?.sectorSizes).toEqual([512, 4096]);
  both[sectorSize + 60] = 1;
  expect((await indexed(both)).index.disk?.sectorSizes).toEqual([512]);
});

test('an MBR that counts in sectors of 4096 bytes is told by what is in its partitions', async () => {
  const image = Buffer.alloc(4 * mib);
  mbr(image, [{ type: 0x83, first: 256, last: 1023 }]);
  image.write('XFSB', 256 * 4096, 'latin1');
  expect((await indexed(image)).index.disk?.sectorSizes).toEqual([4096]);
  image.write('XFSB', 256 * 512, 'latin1');
  expect((await indexed(image)).index.disk?.sectorSizes).toEqual([512]);
});

/** An image with an MBR of one partition, by these many sectors, and something at an offset of it. */
function marked(end: number, size: number, text = '', at = 0, type = 0x83): Buffer {
  const image = Buffer.alloc(size);
  mbr(image, [{ type, first: 256, last: end - 1 }]);
  image.write(text, at, 'latin1');
  return image;
}
const by4096 = 256 * 4096;

test.each<[string, number[], Buffer]>([
  ['nothing, and room for both', [512, 4096], marked(1024, 4 * mib)],
  ['unknown content', [512, 4096], marked(512, 4 * mib, 'a key store', 256 * 512)],
  ['nothing, and no room for the larger ones', [512], marked(1025, 4 * mib)],
  ['known content by 512', [512], marked(1024, 4 * mib, 'LUKS\xba\xbe', 256 * 512)],
  ['known content by 4096', [4096], marked(1024, 4 * mib, 'LUKS\xba\xbe', by4096)],
  ['known content elsewhere', [512, 4096], marked(1024, 4 * mib, 'LUKS\xba\xbe', 300 * 512)],
  [
    'a logical partition by 512',
    [512],
    (() => {
      const image = marked(1024, 4 * mib, '', 0, 0x0f);
      mbr(image, [{ type: 0x83, first: 8, last: 499 }], 256 * 512);
      return image;
    })(),
  ],
  ['an extended partition of nothing', [512, 4096], marked(1024, 4 * mib, '', 0, 0x05)],
])('an MBR whose partition begins with %s is for sectors of %j', async (_, sizes, image) => {
  const { index, notes } = await indexed(image);
  expect(index.disk?.sectorSizes).toEqual(sizes);
  expect(notes).toEqual(sizes.length > 1 ? [expect.stringContaining('512 or of 4096')] : []);
});

const sectors = 8192;
const two = [
  { first: 64, last: 4095 },
  { first: 4096, last: 8000 },
];
const whole = () => gptDisk({ sectors, partitions: two });
const changed = (change: (image: Buffer) => void): Buffer => {
  const image = whole();
  change(image);
  return image;
};
const last = (sectors - 1) * 512;

test('a sound one, as the changes below begin with it', async () => {
  const { index, notes } = await indexed(whole());
  expect(index.disk).toEqual({ sectorSizes: [512], size: (sectors - 33) * 512, partitions: 2 });
  expect(notes).toEqual([]);
});

test.each<[string, Buffer, ...(string | number)[]]>([
  ['a bit of the header', changed((image) => (image[560] = 1)), 'GPT header has the checksum'],
  ['a bit of an entry', changed((image) => (image[1030] = 9)), 'entries', 'backup is sound'],
  [
    'a bit of an entry, and of the backup',
    changed((image) => (image[1030] = image[last - 9] = 9)),
    'no sound backup',
  ],
  [
    'a boot loader at 8 KiB over the entries',
    changed((image) => image.write('eGON.BT0', 8192)),
    'entries',
  ],
  ['the sector that it claims to be in', patched(24, 7), 'sector 7'],
  ['no usable sectors', patched(48, 3), 'usable sectors'],
  ['entries of another size', patched(84, 256), '256 bytes'],
  ['millions of entries', patched(80, 0x7fffffff), 2147483647],
  ['a header of no size', changed((image) => image.writeUInt32LE(20, 524)), '20 bytes'],
  ['a partition before the usable sectors', moved(20, 4095), 'sectors 20 to 4095'],
  ['a partition that ends before it begins', moved(64, 20), 'partition 1'],
  ['partitions that share sectors', moved(64, 4500), 'share sectors', 4500, 4096],
  ['a damaged backup', changed((image) => (image[last + 60] = 1)), 'backup', 'checksum'],
  [
    'a damaged backup of the entries',
    changed((image) => (image[last - 9] = 1)),
    'backup',
    'entries',
  ],
  [
    'a backup of another disk',
    changed((image) => summed(image.fill(0x66, last + 56, last + 72), last)),
    'another disk',
  ],
  [
    'a backup with other partitions',
    changed((image) => {
      image.writeBigUInt64LE(7500n, last - 32 * 512 + 128 + 40);
      summed(image, last);
    }),
    'other entries',
  ],
  ['no protective MBR', changed((image) => image.fill(0, 446, 512)), 'no protective MBR'],
  [
    'a protective MBR of another place',
    changed((image) => mbr(image, [{ type: 0xee, first: 2, last: 99 }])),
    'sector 2',
  ],
  [
    'a hybrid MBR with a partition of its own',
    changed((image) =>
      mbr(image, [
        { type: 0xee, first: 1, last: 63 },
        { type: 0x0c, first: 4500, last: 4999 },
      ]),
    ),
    'MBR partition 2',
  ],
  ['a protective MBR alone', changed((image) => image.fill(0, 512, 600)), 'announces a GPT'],
])('a GPT that contradicts itself: %s', async (_, image, ...words) => {
  await contradicts(image, ...words);
});

const empties = {
  'for sectors of 512 bytes': gptDisk({ sectors, partitions: [] }),
  'for sectors of 4096 bytes': gptDisk({ sectors: 1024, partitions: [], sectorSize: 4096 }),
  'without a backup': gptDisk({ sectors, partitions: [], backup: 0 }),
  'that ends behind its entries': gptDisk({ sectors, partitions: [] }).subarray(0, 64 * 512),
  'from sfdisk': partitioned(8 * mib, 'label: gpt\n'),
  'beside a hybrid MBR': (() => {
    const image = gptDisk({ sectors, partitions: [] });
    mbr(image, [
      { type: 0xee, first: 1, last: 63 },
      { type: 0x0c, first: 64, last: 999 },
    ]);
    return image;
  })(),
};

test.each(Object.entries(empties))(
  'a GPT without a partition boots nothing: %s',
  async (_, disk) => {
    await refused(disk, 'IMAGE_FORMAT', 'an empty disk', 'no partition');
  },
);

test('a GPT for two sector sizes, of which one has no partition, is for the other', async () => {
  const image = gptDisk({ sectors: 1024, partitions: [], sectorSize: 4096 });
  const other = gptDisk({ sectors: 8192, partitions: [{ first: 512, last: 7000 }], entries: 100 });
  image.copy(other, 4096, 4096, 6 * 4096);
  expect((await indexed(other)).index.disk?.sectorSizes).toEqual([512]);
});

/** A number in the first header, whose checksum is right again. */
function patched(at: number, value: number): Buffer {
  return changed((image) => {
    if (at < 80) image.writeBigUInt64LE(BigInt(value), 512 + at);
    else image.writeUInt32LE(value, 512 + at);
    sealed(image, 512);
  });
}

/** First and last sector of the first partition, in both tables. */
function moved(first: number, end: number): Buffer {
  return changed((image) => {
    for (const [header, entries] of [
      [512, 1024],
      [last, last - 32 * 512],
    ] as const) {
      image.writeBigUInt64LE(BigInt(first), entries + 32);
      image.writeBigUInt64LE(BigInt(end), entries + 40);
      summed(image, header);
    }
  });
}

test.each<[string, Buffer, ...(string | number)[]]>([
  ['the last partition', whole().subarray(0, 7500 * 512), 7500 * 512, 8001 * 512],
  ['the first partition', whole().subarray(0, 2500 * 512), 2500 * 512, 4096 * 512],
  ['the entries', whole().subarray(0, 9 * 512), 9 * 512, 34 * 512],
  [
    'a partition of a hybrid MBR',
    changed((image) =>
      mbr(image, [
        { type: 0xee, first: 1, last: 63 },
        { type: 0x0c, first: 64, last: 99_999 },
      ]),
    ),
    'MBR partition 2',
    100_000 * 512,
  ],
])('a GPT image that ends inside %s is cut, with the numbers', async (_, image, ...words) => {
  await cut(image, ...words);
});

test('a hybrid MBR that shows a partition of the GPT', async () => {
  const image = changed((disk) =>
    mbr(disk, [
      { type: 0xee, first: 1, last: 63 },
      { type: 0x0c, first: 64, last: 4095 },
    ]),
  );
  expect((await indexed(image)).index.disk).toMatchObject({ sectorSizes: [512] });
});

test.each([
  ['an image that ends behind its last partition', whole().subarray(0, 8001 * 512)],
  ['a header that names no place for it', gptDisk({ sectors, partitions: two, backup: 0 })],
  ['zeros in its place', changed((image) => image.fill(0, last - 32 * 512))],
])('a GPT without backup is taken, and that is said: %s', async (_, image) => {
  const { index, notes } = await indexed(image);
  expect(index.format).toBe('disk');
  expect(notes).toEqual([expect.stringContaining('backup GPT') as string]);
});

test('a backup far from the end of a large image is read', async () => {
  const large = { sectors: 9000, partitions: two, backup: 8191 };
  const image = Buffer.concat([gptDisk(large), Buffer.alloc(3 * mib)]);
  expect((await indexed(image)).notes).toEqual([]);
  image[8191 * 512 - 9] = 9;
  await contradicts(image, 'backup');
});

/** Content that says how long it is: a squashfs, and a FIT with its data behind it, as OpenWrt boots on SD cards. */
const ending = {
  squashfs: () => {
    writeFileSync(join(folder, 'file'), sample(3 * mib));
    tool('mksquashfs', [join(folder, 'file'), join(folder, 'fs'), '-quiet', '-no-progress']);
    return readFileSync(join(folder, 'fs'));
  },
  fit: () => {
    const parts = { name: 'x', arch: 'aarch64', kernelCompression: 'none' } as const;
    const fit = fitImage({ ...parts, kernel: sample(2 * mib), archive: sample(70_000) });
    tool('mkimage', ['-E', '-p', '0x1000', '-F', put(folder, 'fit', fit)]);
    return readFileSync(join(folder, 'fit'));
  },
};

test.each(['squashfs', 'fit'] as const)(
  'an image that ends behind the %s in its last partition is whole',
  async (kind) => {
    const content = ending[kind]();
    const gpt = gptDisk({ sectors: 40_000, partitions: [{ first: 2048, last: 39_000 }] });
    const dos = Buffer.alloc(40_000 * 512);
    mbr(dos, [{ type: 0x83, first: 2048, last: 39_000 }]);
    for (const disk of [gpt, dos]) {
      content.copy(disk, 2048 * 512);
      const image = disk.subarray(0, 2048 * 512 + content.length);
      const { index, notes } = await indexed(image);
      expect(index.disk?.size).toBeGreaterThanOrEqual(39_001 * 512);
      expect(notes.join()).toContain('sectors 2048 to 39000');
      await cut(image.subarray(0, -8192), 39_001 * 512);
    }
  },
);

const dos = (...entries: Parameters<typeof mbr>[1]): Buffer => {
  const image = Buffer.alloc(4 * mib);
  mbr(image, entries);
  return image;
};

test('an MBR that contradicts itself', async () => {
  await contradicts(
    dos({ type: 0x83, first: 64, last: 999 }, { type: 0x83, first: 500, last: 1999 }),
    'share sectors',
  );
  const outside = dos({ type: 0x05, first: 1000, last: 1999 });
  mbr(outside, [{ type: 0x83, first: 8, last: 2000 }], 1000 * 512);
  await contradicts(outside, 'logical partition 5 (sectors 1008 to 3000) is not inside');
  const across = dos(
    { type: 0x83, first: 64, last: 1100 },
    { type: 0x0f, first: 1000, last: 1999 },
  );
  mbr(across, [{ type: 0x83, first: 200, last: 300 }], 1000 * 512);
  await contradicts(across, 'share sectors');
});

test('a chain of logical partitions that leads back ends', async () => {
  const image = dos({ type: 0x05, first: 1000, last: 1999 });
  mbr(image, [{ type: 0x05, first: 0, last: 100 }], 1000 * 512);
  expect((await indexed(image)).index.format).toBe('disk');
});

/** The first sectors of an ISO 9660 image of this many bytes (ECMA-119, §8.4). */
function iso(image: Buffer, bytes: number): Buffer {
  image.write('\x01CD001\x01', 32768, 'latin1');
  image.writeUInt32LE(bytes / 2048, 32768 + 80);
  image.writeUInt16LE(2048, 32768 + 128);
  return image;
}

test('an isohybrid image: partitions from sector 0 that share sectors', async () => {
  const image = iso(
    dos({ type: 0x17, boot: 0x80, first: 0, last: 8191 }, { type: 0xef, first: 100, last: 999 }),
    4 * mib,
  );
  expect((await indexed(image)).index.disk).toEqual({
    sectorSizes: [512],
    size: 4 * mib,
    partitions: 2,
  });
  await cut(image.subarray(0, 3 * mib), 4 * mib, 3 * mib);
  await cut(iso(dos({ type: 0xcd, first: 64, last: 6000 }), 5 * mib), 'ISO 9660', 5 * mib);
});
