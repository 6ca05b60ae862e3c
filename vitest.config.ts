import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { LongestFirst } from './test/longest-first.js';

/** A tier of the tests, to be run by `vitest run --project NAME`. */
const tier = (
  name: string,
  include: string[],
  settings: TestProjectInlineConfiguration['test'] = {},
) => ({
  extends: true as const,
  test: { name, include: include.map((folder) => `test/${folder}.test.ts`), ...settings },
});

/** All files in one process for each core: one for each file would load every module again. */
const oneProcess = { isolate: false, restoreMocks: true, setupFiles: ['test/unstub.ts'] };

/** What a package of this checkout is when another one imports it. */
const alias = [
  { find: /^levitate$/, replacement: `${import.meta.dirname}/src/index.ts` },
  {
    find: /^levitate-fleet\/cli$/,
    replacement: `${import.meta.dirname}/packages/fleet/src/main.ts`,
  },
];

export default defineConfig({
  resolve: { alias },
  test: {
    // No ready root that this checkout has compiled: a test that is about one names it.
    env: { LEVITATE_ROOTS: import.meta.dirname },
    reporters: ['default', './test/closing-line.ts'],
    // Files on emulated devices wait for each other's timers and boots: six of them fill two cores.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    // Bounds for a machine that does other work as well; nothing waits for them where all is well.
    testTimeout: 180_000,
    hookTimeout: 360_000,
    projects: [
      // Nothing but this process and small programs: no root, no QEMU, no network.
      tier('unit', ['unit/**/*'], { ...oneProcess, unstubEnvs: true }),
      // The compiled program, real apt, SSH servers of this machine, build systems.
      tier('integration', ['{integration,ssh,builders}/**/*'], oneProcess),
      // The device's scripts in an unpacked maintenance root, and devices that are made of one.
      tier('shell', ['{shell,faults}/**/*']),
      // Emulated devices. Files of one worker share the modules, and leave the environment as it was.
      tier('e2e', ['lab/**/*', 'e2e/*'], { setupFiles: ['test/lab/ready.ts'], isolate: false }),
      // A fleet on a real PostgreSQL, with devices that cost nothing.
      {
        extends: true,
        test: { name: 'fleet', include: ['packages/fleet/test/*.test.ts'], isolate: false },
      },
      // Its page in a browser, which is large: `npm run test:browser`.
      {
        extends: true,
        test: {
          ...{ name: 'browser', include: ['packages/fleet/test/browser/*.test.ts'] },
          testTimeout: 600_000,
        },
      },
      // What takes `npm test` too long: other architectures, real boot loaders, a database that is away for long.
      {
        extends: true,
        test: {
          name: 'long',
          include: ['test/e2e/long/*.test.ts', 'packages/fleet/test/long/*.test.ts'],
        },
      },
    ],
  },
});
