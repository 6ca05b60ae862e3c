/**
 * kill -9 of a station, of PostgreSQL, of both, at moments that a seed gives, each with forty devices in flight. No device is written to by two
 * at once, no chunk is sent twice, and none is lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { chunks } from './fake-devices.js';
import { named, TestFleet } from './fleet.js';
import { killPostgres, type StationWords } from './station-process.js';
import type { stationProcess } from './station-process.js';

/** How many devices are in flight when something is killed. */
const inFlight = 40;

/** Numbers from 0 up to 1 that a seed gives (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Each as often as the others, in an order that the numbers give. */
function shuffled(kills: number, number: () => number): string[] {
  const all = Array.from({ length: kills }, (_, n) => ['station', 'postgres', 'both'][n % 3]!);
  return all
    .map((what) => ({ what, at: number() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ what }) => what);
}

/**
 * Kills so many times during one rollout, and looks afterwards at every device.
 * @param state the folder of the private cluster, which LEVITATE_FLEET_STATE names
 */
export async function killAtRandom(
  start: ReturnType<typeof stationProcess>,
  state: string,
  kills: number,
  seed: number,
): Promise<void> {
  const number = random(seed);
  const count = (kills + 1) * inFlight;
  await using fleet = await TestFleet.of(undefined, named('d', count));
  const { devices } = fleet;
  devices.chunkMilliseconds = 250;
  devices.allowance = 0;
  const id = await fleet.start({ limits: { 'start-with': inFlight } });
  const words: StationWords = { devices: devices.path, state };
  let running = start(words);
  const told: string[] = [];
  for (const what of shuffled(kills, number)) {
    // Those of the kill before have ended, and as many have written a chunk.
    const ended = devices.allowance;
    await vi.waitFor(() => expect(devices.ended).toBe(ended), { timeout: 120_000 });
    devices.isHeld = true;
    devices.allowance += inFlight;
    await vi.waitFor(() => expect(devices.begun.length).toBe(devices.allowance), {
      timeout: 120_000,
    });
    expect(devices.leased).toBe(inFlight);
    devices.isHeld = false;
    // None of them can have ended before half of this; behind that, they confirm, and the next are claimed.
    await sleep(number() * 2 * (chunks - 1) * devices.chunkMilliseconds);
    told.push(`${what} with ${devices.leased} in flight`);
    if (what !== 'postgres') running.kill('SIGKILL');
    if (what !== 'station') await killPostgres(state);
    if (what === 'postgres') continue;
    await running;
    running = start(words);
  }
  devices.allowance = Infinity;
  const { exitCode, all } = await running;
  expect({ exitCode, all, told, seed }).toMatchObject({ exitCode: 0 });
  expect(devices.strange).toEqual([]);
  expect(devices.begun.length).toBe(count);
  expect(new Set(devices.begun).size).toBe(count);
  expect(await fleet.status(id)).toMatchObject({
    state: 'done',
    groups: [{ states: { done: count } }],
  });
  for (const name of named('d', count)) expect(devices.confirmed(name)).toBeGreaterThan(0);
}
