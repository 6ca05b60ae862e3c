import { expect, test } from 'vitest';
import { boardRefusal, compatNote, compatRefusal } from '../../../src/flash/board.js';
import type { ImageMetadata } from '../../../src/image/image.js';
import { anImage } from '../image/an-image.js';

const image = (metadata?: Partial<ImageMetadata>) =>
  anImage({
    compression: 'gzip',
    format: 'disk',
    ...(metadata ? { metadata: { supportedDevices: [], compatVersion: '1.0', ...metadata } } : {}),
  });
const soc = 'mediatek,mt7621-soc';

test.each([
  ['the same', ['acme,ap-2'], ['acme,ap-2', soc], true],
  ['one of several', ['acme,ap-1', 'acme,ap-2'], ['acme,ap-2'], true],
  ['a later compatible of the device tree', ['acme,ap'], ['acme,ap-v2.1', 'acme,ap', soc], true],
  ['an older name of the image', ['ap-2'], ['acme,ap-2'], true],
  ['an older name of the device', ['acme,ap-2'], ['ap-2'], true],
  ['both old', ['ap-2'], ['ap-2'], true],
  ['any board', ['generic'], ['pc-engines-apu2'], true],
  ['any board, by a star', ['*'], ['acme,ap-2'], true],
  ['another board', ['acme,ap-1'], ['acme,ap-2', soc], false],
  ['the vendor alone is the same', ['acme,ap-1'], ['acme,ap-2'], false],
  ['a name that begins alike', ['acme,ap'], ['acme,ap-2'], false],
  ['the same board of another vendor', ['other,ap-2'], ['acme,ap-2'], false],
  ['another older name', ['ap-1'], ['acme,ap-2'], false],
  ['case counts', ['Acme,ap-2'], ['acme,ap-2'], false],
  ['no board named', [], ['acme,ap-2'], true],
  ['a device that tells nothing', ['acme,ap-2'], [], true],
])('%s: %j on %j', (_, supportedDevices, compatible, fits) => {
  const refusal = boardRefusal(image({ supportedDevices }), compatible);
  if (fits) expect(refusal).toBeUndefined();
  else
    expect(refusal).toMatchObject({
      code: 'IMAGE_BOARD',
      message: expect.stringContaining(supportedDevices[0]!) as string,
      hint: expect.any(String) as string,
    });
});

test('an image without metadata is not judged', () => {
  expect(boardRefusal(image(), ['acme,ap-2'])).toBeUndefined();
  expect(compatNote(image(), undefined)).toBeUndefined();
});

test('many names are not all said', () => {
  const supportedDevices = Array.from({ length: 20 }, (_, index) => `acme,ap-${index + 10}`);
  expect(boardRefusal(image({ supportedDevices }), ['x'])?.message).toContain('and 14 more');
});

test.each([
  ['1.0', undefined],
  ['1', undefined],
  ['1.1', 'settings'],
  ['2.0', 'layout'],
  ['10.0', 'layout'],
])('compat_version %s', (compatVersion, words) => {
  const note = compatNote(image({ compatVersion, compatMessage: 'Because.' }), undefined);
  if (words === undefined) expect(note).toBeUndefined();
  else {
    expect(note).toContain(words);
    expect(note).toContain('Because.');
  }
});

test.each([
  ['the name with an underscore', 'acme_ap-2', true],
  ['the older name, without the vendor', 'ap-2', true],
  ['another', 'acme_ap-1', false],
])('the folder of a sysupgrade file has %s', (_, board, fits) => {
  const refusal = boardRefusal({ ...image(), board }, ['acme,ap-2', soc]);
  if (fits) expect(refusal).toBeUndefined();
  else
    expect(refusal).toMatchObject({
      code: 'IMAGE_BOARD',
      message: expect.stringMatching(/acme_ap-1, the device is acme,ap-2/) as string,
    });
});

test('what the metadata says counts, and not the folder', () => {
  const one = { ...image({ supportedDevices: ['acme,ap-2'] }), board: 'acme_other' };
  expect(boardRefusal(one, ['acme,ap-2'])).toBeUndefined();
  expect(boardRefusal(one, ['acme,other'])).toMatchObject({ code: 'IMAGE_BOARD' });
});

test.each([
  ['1.0', '1.0', true, undefined],
  ['1.1', '1.0', false, undefined],
  ['1.1', '1.0', true, 'KEEP_REFUSED'],
  ['1.0', '1.1', true, 'KEEP_REFUSED'],
  ['1', '1.0', true, undefined],
  ['2.0', '1.0', false, 'IMAGE_BOARD'],
  ['2.0', '1.9', true, 'IMAGE_BOARD'],
  ['2.0', undefined, true, undefined],
])(
  'an image of compat_version %s on a device of %s, settings kept: %s',
  (of, device, kept, code) => {
    const one = image({ compatVersion: of, compatMessage: 'Because.' });
    const refusal = compatRefusal(one, { compatVersion: device, kept });
    expect(refusal?.code).toBe(code);
    if (refusal)
      expect(refusal.message).toMatch(new RegExp(`${of}, the device has ${device}.*Because`));
    expect(compatNote(one, device) === undefined).toBe(device !== undefined || of === '1.0');
  },
);

test.each([
  ['its device tree', [['acme,ap-2', soc]], ['acme,ap-2', soc], true],
  ['one of its device trees', [['acme,ap-1'], ['acme,ap-2', soc]], ['acme,ap-2', soc], true],
  [
    'a device tree that names the board behind another',
    [['acme,ap-3', 'acme,ap-2', soc]],
    ['acme,ap-2'],
    true,
  ],
  [
    'a device that names another board behind its own',
    [['acme,ap', soc]],
    ['acme,ap-2', 'acme,ap', soc],
    true,
  ],
  ['the processor alone is the same', [['acme,ap-1', soc]], ['acme,ap-2', soc], false],
  ['a device tree of a processor alone', [[soc]], ['acme,ap-2', soc], true],
  ['a device that tells nothing', [['acme,ap-1']], [], true],
])('a FIT for %s', (_, boards, compatible, fits) => {
  const fit = { ...image(), boards };
  const refusal = boardRefusal(fit, compatible);
  if (fits) expect(refusal).toBeUndefined();
  else expect(refusal).toMatchObject({ code: 'IMAGE_BOARD', data: { boards: ['acme,ap-1'] } });
  // What OpenWrt's build says of it is what counts.
  const metadata = { supportedDevices: compatible, compatVersion: '1.0' };
  expect(boardRefusal({ ...fit, metadata }, compatible)).toBeUndefined();
});
