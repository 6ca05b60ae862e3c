/** Programs of this folder, compiled, so that a process of theirs is what an installed one would be. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/** The folder of the checkout. */
export const checkout = join(import.meta.dirname, '../../..');

/** Where a program goes that this process compiles. */
export const programPath = (name: string): string =>
  join(checkout, '.cache', `fleet-${name}-${process.pid}-${process.hrtime.bigint()}.mjs`);

/** Compiles a program of this folder. */
export async function compile(name: string, program: string): Promise<void> {
  await mkdir(dirname(program), { recursive: true });
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    ...{ outfile: program, bundle: true, packages: 'external', format: 'esm', platform: 'node' },
    ...{ target: 'node20.19', logLevel: 'warning' },
    alias: { levitate: join(checkout, 'src/index.ts') },
  });
}
