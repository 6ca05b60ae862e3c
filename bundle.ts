/**
 * Makes one program of the command line and the packages that it loads: Node reads a few files then, in place of some six
 * hundred, and starts in half the time. Run by itself, it also makes `levitate fleet` of this checkout.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { fleetBundle, ownLevitate } from './packages/fleet/bundle.js';

const root = import.meta.dirname;

/** What stays a package of its own: it looks for files beside itself, or loads a native part where there is one. */
const external = ['ssh2', 'cpio-stream', 'fs-extra', 'levitate-fleet'];

/**
 * Bundles `src/cli/main.ts` into a folder, which must lie below one with levitate's package.json, and of which nothing that
 * was there stays.
 * @returns the path of the program
 */
export async function bundleProgram(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await build({
    // The fleet of a checkout imports the API from here: it shares what the program has loaded.
    entryPoints: {
      main: path.join(root, 'src/cli/main.ts'),
      index: path.join(root, 'src/index.ts'),
    },
    outdir: folder,
    absWorkingDir: root,
    bundle: true,
    // What is loaded when it is needed stays apart.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external,
    metafile: true,
    // A failure's stack names functions as the sources do.
    keepNames: true,
    // CommonJS packages ask for Node's modules by require.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'warning',
  });
  await writeFile(path.join(folder, 'LICENSES.txt'), await licences(metafile));
  return path.join(folder, 'main.js');
}

/** The licences of the packages that have come into the bundle. */
async function licences({ inputs }: Metafile): Promise<string> {
  const names = Object.keys(inputs).flatMap(
    (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [],
  );
  const texts = [...new Set(names)].sort().map(async (name) => {
    const from = path.join(root, 'node_modules', name);
    const about = JSON.parse(await readFile(path.join(from, 'package.json'), 'utf8')) as {
      version: string;
      license: string;
    };
    const text = await licenceOf(from);
    return `${name} ${about.version} (${about.license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(72)}\n\n`);
}

async function licenceOf(folder: string): Promise<string> {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE']) {
    const text = await readFile(path.join(folder, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  throw new Error(`bundle: ${folder} has no licence beside its code`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleProgram(path.join(root, 'dist/cli'));
  await build({
    ...fleetBundle,
    outfile: path.join(root, 'packages/fleet/dist/main.js'),
    plugins: [ownLevitate('../../../dist/cli/index.js')],
  });
}
