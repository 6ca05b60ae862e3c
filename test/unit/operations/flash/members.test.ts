import { expect, test } from 'vitest';
import { memberImages, targetNames } from '../../../../src/operations/flash/members.js';
import { anImage } from '../../image/an-image.js';

const groups = { firmware: { root: 'firmware/root', kernel: 'firmware/kernel' } };
const [root, kernel] = [anImage({ path: 'root' }), anImage({ path: 'kernel' })];
const archive = (members: { root: typeof root; kernel?: typeof kernel }) =>
  anImage({ format: 'sysupgrade', sysupgrade: { board: 'x', members } });

test('each file of an archive goes to its own target, and other images stay', () => {
  expect(
    memberImages({ groups }, [
      ['data', root],
      ['firmware', archive({ root, kernel })],
    ]),
  ).toEqual([
    ['data', root],
    ['firmware/root', root],
    ['firmware/kernel', kernel],
  ]);
  expect(memberImages({ groups }, [['firmware', archive({ root })]])).toEqual([
    ['firmware/root', root],
  ]);
  expect(memberImages({}, [['firmware', root]])).toEqual([['firmware', root]]);
});

test('an image that is no archive is refused, by what it is', () => {
  expect(() => memberImages({ groups }, [['firmware', anImage({ format: 'squashfs' })]])).toThrow(
    expect.objectContaining({
      code: 'IMAGE_FORMAT',
      message: 'firmware: an OpenWrt takes a sysupgrade file (tar), the image is a squashfs',
    }),
  );
});

test('a sysupgrade file that is to be taken as it is is no archive any more', () => {
  const raw = anImage({ format: 'sysupgrade', raw: true });
  expect(() => memberImages({ groups }, [['firmware', raw]])).toThrow(/taken as they are/);
});

test('a person gives images to the whole, and not to its members', () => {
  const targets = { data: {}, 'firmware/root': {}, 'firmware/kernel': {} };
  expect(targetNames({ targets, groups } as unknown as Parameters<typeof targetNames>[0])).toEqual([
    'firmware',
    'data',
  ]);
});
