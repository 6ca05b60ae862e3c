import { describe, expect, it } from 'vitest';
import { WirePace } from '../../../src/flash/wire-pace.js';

const mebi = 1024 * 1024;

/** Sends chunks one after the other, each taking as many seconds as its form does; gives which went compressed. */
function send(count: number, seconds: (compressed: boolean, nth: number) => number) {
  const wire = new WirePace();
  wire.takesDeflated = true;
  const forms: boolean[] = [];
  for (let index = 0; index < count; index += 1) {
    const compressed = wire.level !== undefined;
    forms.push(compressed);
    wire.noteSent(index, compressed ? mebi / 4 : mebi, compressed);
    wire.noteWritten(index, mebi, seconds(compressed, index));
  }
  return { forms, wire };
}

const share = (forms: boolean[]): number => forms.filter(Boolean).length / forms.length;

describe('WirePace', () => {
  it('compresses where the link is slow, after having tried both', () => {
    const { forms, wire } = send(300, (compressed) => (compressed ? 0.1 : 0.4));
    expect(forms.slice(0, 4)).toEqual([true, true, true, true]);
    expect(forms).toContain(false);
    expect(share(forms)).toBeGreaterThan(0.9);
    expect(wire.bytes).toBeLessThan(0.4 * 300 * mebi);
  });

  it('sends chunks as they are where the device is slow', () => {
    const { forms } = send(300, (compressed) => (compressed ? 0.4 : 0.1));
    expect(share(forms)).toBeGreaterThan(0);
    expect(share(forms)).toBeLessThan(0.1);
  });

  it('does not compress for next to nothing', () => {
    const { forms } = send(300, (compressed) => (compressed ? 0.98 : 1));
    expect(share(forms)).toBeLessThan(0.1);
  });

  it('notices that a link has become slow', () => {
    const { forms } = send(600, (compressed, nth) => (nth < 150 ? 0.1 : compressed ? 0.1 : 0.5));
    expect(share(forms.slice(100, 150))).toBeLessThan(0.3);
    expect(share(forms.slice(400))).toBeGreaterThan(0.9);
  });

  it.each([
    [2e6, 6],
    [8e6, 1],
  ])('takes the time to compress more over a link of few bytes a second: %i', (rate, level) => {
    const { wire } = send(90, (compressed) => (compressed ? mebi / 4 : mebi) / rate);
    expect(wire.level).toBe(level);
  });

  it('never compresses for a device that does not decompress', () => {
    const wire = new WirePace();
    for (let index = 0; index < 50; index += 1) {
      expect(wire.level).toBeUndefined();
      wire.noteSent(index, mebi, false);
      wire.noteWritten(index, mebi, 0);
    }
    expect(wire.bytes).toBe(50 * mebi);
  });

  it('counts a chunk that was not sent as nothing', () => {
    const wire = new WirePace();
    wire.noteWritten(7, mebi, 1);
    expect(wire.bytes).toBe(0);
  });

  it('counts the bytes of a chunk whose time is not known, and makes nothing of it else', () => {
    const wire = new WirePace();
    wire.takesDeflated = true;
    for (let index = 0; index < 100; index += 1) {
      expect(wire.level).toBe(1);
      wire.noteSent(index, mebi, true);
      wire.noteWritten(index, mebi, undefined);
    }
    expect(wire.bytes).toBe(100 * mebi);
  });
});
