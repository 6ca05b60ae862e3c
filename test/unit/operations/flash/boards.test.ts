import { expect, test } from 'vitest';
import type { ImageIndex } from '../../../../src/image/image.js';
import { refuseOtherBoards } from '../../../../src/operations/flash/boards.js';
import type { Progress } from '../../../../src/progress.js';
import { anImage } from '../../image/an-image.js';

const image = (supportedDevices: string[], compatVersion = '1.0') =>
  anImage({
    path: 'i.img.gz',
    compression: 'gzip',
    format: 'disk',
    metadata: { supportedDevices, compatVersion },
  });

test('one image of several that is for another board is refused, with its target', () => {
  const images: [string, ImageIndex][] = [
    ['kernel', image(['acme,ap-2'])],
    ['system', image(['acme,ap-1'])],
  ];
  expect(() =>
    refuseOtherBoards(images, { compatible: ['acme,ap-2'] }, { kept: false }, {}),
  ).toThrow(
    expect.objectContaining({
      code: 'IMAGE_BOARD',
      exit: 3,
      message: 'system: the image i.img.gz is for acme,ap-1, the device is acme,ap-2',
    }),
  );
});

test('a device whose names are not known is not judged, and a compat_version is told', () => {
  const events: Progress[] = [];
  const run = { onProgress: (event: Progress) => events.push(event) };
  refuseOtherBoards([['a', image(['acme,ap-1'], '2.0')]], {}, { kept: true }, run);
  expect(events).toMatchObject([{ type: 'note', level: 'warning' }]);
});

test('another board and another version may be consented to, and are told once; settings that do not fit may not', () => {
  const events: Progress[] = [];
  const run = { onProgress: (event: Progress) => events.push(event) };
  const one = image(['acme,ap-1'], '2.0');
  const device = { compatible: ['acme,ap-2'], compatVersion: '1.0' };
  const consent = { acceptBoard: true, kept: true };
  refuseOtherBoards(
    [
      ['a', one],
      ['b', one],
    ],
    device,
    consent,
    run,
  );
  expect(events.map((event) => ('message' in event ? event.message : ''))).toEqual([
    expect.stringContaining('acme,ap-2; that was consented to'),
    expect.stringContaining('another layout'),
  ]);
  const other = image(['acme,ap-2'], '1.1');
  expect(() => refuseOtherBoards([['a', other]], device, consent, run)).toThrow(
    expect.objectContaining({ code: 'KEEP_REFUSED' }),
  );
});
