import { expect, it } from 'vitest';
import { emmcWear } from '../../../../src/operations/wear/emmc.js';

const life = (lifeA: string) => emmcWear({ lifeA, lifeB: '-', reserved: '-' }).lifeA;

it.each([
  ['0x01', { from: 0, to: 10 }],
  ['0x0a', { from: 90, to: 100 }],
  ['0x0A', { from: 90, to: 100 }],
  ['0x0b', { from: 100 }],
  ['0x00', undefined],
  ['0x0c', undefined],
  ['0xff', undefined],
  ['-', undefined],
  ['1', undefined],
])('%s of EXT_CSD is a life time of %o', (byte, expected) => {
  expect(life(byte)).toEqual(expected);
});

it.each([
  ['0x01', 'normal'],
  ['0x02', 'warning'],
  ['0x03', 'urgent'],
  ['0x00', undefined],
  ['0x04', undefined],
  ['-', undefined],
] as const)('%s of EXT_CSD are reserved blocks that are %s', (byte, expected) => {
  expect(emmcWear({ lifeA: '-', lifeB: '-', reserved: byte }).reserved).toBe(expected);
});

it('has both types of memory', () => {
  expect(emmcWear({ lifeA: '0x03', lifeB: '0x01', reserved: '0x01' })).toEqual({
    lifeA: { from: 20, to: 30 },
    lifeB: { from: 0, to: 10 },
    reserved: 'normal',
  });
});
