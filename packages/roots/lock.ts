/** Writes `sources.lock.json` anew, with the newest sources of Debian bookworm: `npx tsx packages/roots/lock.ts`. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../test/lab/build/run.js';
import { lockPath, readLock, type PinnedSource } from './sources.js';

const mirror = 'http://deb.debian.org/debian';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Asks an apt of its own, which checks Debian's signatures, where the files of a source are. */
async function pin(name: string, apt: (...words: string[]) => Promise<string>) {
  const source: PinnedSource = { version: '', folder: '', files: {} };
  const lines = (await apt('source', '--print-uris', name)).split('\n');
  for (const line of lines) {
    const [, path, file, digest] = /^'(\S+)' (\S+) \d+ SHA256:(\S+)$/.exec(line) ?? [];
    if (path === undefined || file === undefined || digest === undefined) continue;
    source.folder = path.slice(mirror.length + 1, path.lastIndexOf('/'));
    source.version = /_(.*)\.dsc$/.exec(file)?.[1] ?? source.version;
    // Signatures of upstream's authors are not looked at.
    if (!file.endsWith('.asc')) source.files[file] = digest;
  }
  return source;
}

const scratch = await mkdtemp(join(tmpdir(), 'levitate-roots-'));
try {
  for (const folder of ['state/lists/partial', 'cache/archives/partial'])
    await mkdir(join(scratch, folder), { recursive: true });
  const list = join(scratch, 'sources.list');
  await writeFile(list, `deb-src [signed-by=${keyring}] ${mirror} bookworm main\n`);
  const settings = [
    ...[`Dir::State=${scratch}/state`, `Dir::Cache=${scratch}/cache`, 'APT::Sandbox::User='],
    ...[`Dir::Etc::sourcelist=${list}`, 'Dir::Etc::sourceparts=/dev/null'],
  ];
  const options = settings.flatMap((setting) => ['-o', setting]);
  const apt = (...words: string[]) => run(['apt-get', '-qq', ...options, ...words]);
  await apt('update');
  const { sources } = await readLock();
  for (const name of Object.keys(sources)) sources[name] = await pin(name, apt);
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  await writeFile(lockPath, `${JSON.stringify({ snapshot: now, sources }, null, 2)}\n`);
} finally {
  await rm(scratch, { recursive: true });
}
