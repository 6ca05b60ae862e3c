import { expect, it } from 'vitest';
import { firstPage } from '../../../src/cli/first-page.js';

it('has ten lines, the first of them what somebody new begins with', () => {
  const lines = firstPage('levitate', 80).split('\n');
  expect(lines).toHaveLength(10);
  expect(lines[0]).toMatch(/^levitate probe HOST /);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

it('has commands alone on their lines where there is no room behind them', () => {
  const lines = firstPage('levitate', 60).split('\n');
  expect(lines[0]).toBe('levitate probe HOST --profile-out x.yaml');
  for (const line of lines.slice(0, 12)) expect(line.length).toBeLessThanOrEqual(60);
});

it('names the program as it was called', () => {
  const lines = firstPage('npx levitate', 80).split('\n');
  expect(lines[0]).toBe('npx levitate probe HOST --profile-out x.yaml');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});
