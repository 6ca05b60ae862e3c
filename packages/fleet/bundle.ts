import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

/** How this package becomes one module; what it imports stays a package of its own. */
export const fleetBundle: BuildOptions = {
  entryPoints: [join(import.meta.dirname, 'src/main.ts')],
  ...{ bundle: true, packages: 'external', format: 'esm', platform: 'node' },
  ...{ target: 'node20.19', keepNames: true, logLevel: 'warning', tsconfigRaw: {} },
};

/**
 * Has a checkout's own levitate stand for the package of that name, which is nowhere to be found from here.
 * @param path of the module, relative to `packages/fleet/dist`
 */
export const ownLevitate = (path: string): Plugin => ({
  name: 'own-levitate',
  setup: ({ onResolve }) => onResolve({ filter: /^levitate$/ }, () => ({ path, external: true })),
});
