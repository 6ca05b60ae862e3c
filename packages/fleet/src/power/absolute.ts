import { dirname, resolve } from 'node:path';
import type { PowerSettings } from './schema.js';

/** Makes paths absolute that are relative to an inventory. Pure. */
export function absolutePower(power: PowerSettings, file: string): PowerSettings {
  const paths = (['secret-file', 'ca-file'] as const).flatMap((field) => {
    const path = power[field];
    return path === undefined ? [] : [[field, resolve(dirname(file), path)]];
  });
  return { ...power, ...Object.fromEntries(paths) };
}
