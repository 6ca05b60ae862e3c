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
  expect(() => refuseOtherBoards(images, ['acme,ap-2'], {})).toThrow(
    expect.objectContaining({
      code: 'IMAGE_BOARD',
      exit: 3,
      message: 'system: the image i.img.gz is for acme,ap-1, the device is acme,ap-2',
    }),
  );
});

test('a device whose names are not known is not judged, and a compat_version is told', () => {
  const events: Progress[] = [];
  refuseOtherBoards([['a', image(['acme,ap-1'], '2.0')]], undefined, {
    onProgress: (event) => events.push(event),
  });
  expect(events).toMatchObject([{ type: 'note', level: 'warning' }]);
});
