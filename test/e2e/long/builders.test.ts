/** The recipes of docs/how-to/builders that need the real thing: an image of Debian, Nix, and apt's own mirrors for a user without rights. */
import { mkdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { archiveInfo } from '../../../src/archive/read.js';
import { applets } from '../../../src/rootfs/applets.js';
import { dropbearFeatures } from '../../../src/rootfs/dropbear.js';
import { checkout, installed, nobody, program, recipe, Workshop } from '../../builders/workshop.js';
import { makeElf } from '../../unit/rootfs/make-elf.js';
import { minutes } from '../lines.js';

let shop: Workshop;
beforeEach(async () => {
  shop = await Workshop.open();
});
afterEach(() => shop.close());

const quiet = { status: 0, out: '', err: '' };
/** apt as this machine has it. */
const real = { APT_CONFIG: '' };

test('an image of Debian, as mmdebstrap makes it', { timeout: minutes(10) }, async () => {
  await shop.write('box.yaml', 'name: box\narch: x86_64\nroot: { from: { debian: bookworm } }\n');
  const lock = ['build', 'box.yaml', '-o', 'box.gz', '-q', '--lock'];
  expect(await shop.run(['node', program, ...lock], real)).toEqual(quiet);
  const hook = `--customize-hook=${recipe('debian/hook.sh')}`;
  const image = await shop.run(
    ['mmdebstrap', '--quiet', '--variant=essential', hook, 'bookworm', 'box.tar'],
    { ...real, LEVITATE_PROFILE: shop.at('box.yaml') },
  );
  expect(image.status, image.err).toBe(0);
  await mkdir(shop.at('root'));
  await shop.run([
    'tar',
    '-C',
    'root',
    '--same-permissions',
    '-xf',
    'box.tar',
    './usr/lib/levitate',
  ]);
  expect(await shop.listing(shop.at('root'))).toEqual(expect.arrayContaining(installed));
  expect(await shop.digest('root/usr/lib/levitate/archive.cpio.gz')).toEqual(
    await shop.digest('box.gz'),
  );
});

test(
  'an ordinary user has apt fetch for another architecture',
  { timeout: minutes(10) },
  async () => {
    await shop.write('ap.yaml', 'name: ap\narch: aarch64\nroot: { from: { debian: bookworm } }\n');
    for (const name of ['home', 'levitate', 'root/usr']) {
      await mkdir(shop.at(name), { recursive: true });
    }
    if (process.getuid?.() === 0)
      await shop.run(['chown', '-R', `${nobody}:${nobody}`, shop.folder]);
    const env = { ...real, LEVITATE_CACHE: '', HOME: shop.at('home') };
    const build = ['build', 'ap.yaml', '-o', 'ap.cpio.gz', '-q', '--lock'];
    expect(await shop.asUser(build, env)).toEqual(quiet);
    expect(await archiveInfo(shop.at('ap.cpio.gz'))).toMatchObject({ arch: 'aarch64' });
    const install = ['install', 'ap.yaml', '--root', 'root', '-q', '--locked'];
    expect(await shop.asUser(install, env)).toEqual(quiet);
    expect(await shop.listing(shop.at('root'))).toEqual(expect.arrayContaining(installed));
  },
);

/** Stands in for what the recipe calls of nixpkgs (its manual: runCommand, closureInfo); the store and the builds are Nix's own. */
const pkgs = `rec {
  runCommand = name: env: script: derivation (env // {
    inherit name;
    system = builtins.currentSystem;
    builder = "/bin/sh";
    args = [ "-ec" script ];
    PATH = builtins.getEnv "PATH";
  });
  nodejs = "";
  closureInfo = { rootPaths }: runCommand "closure-info" { } ''
    mkdir -p "$out"
    for path in \${toString rootPaths}; do echo "$path"; done >"$out/store-paths"
  '';
}`;

test('Nix builds the archive of a closure, without network', { timeout: minutes(5) }, async () => {
  await shop.write('profiles/ap.yaml', 'name: ap\narch: x86_64\nroot: { from: sysroot }\n');
  await shop.write('pkgs.nix', pkgs);
  await shop.write(
    'ap.nix',
    `import ${recipe('nix/default.nix')} {
      pkgs = import ./pkgs.nix;
      levitate = "${checkout}";
      profiles = ./profiles;
      name = "ap";
      programs = [ (builtins.path { path = ./programs; name = "programs"; }) ];
    }`,
  );
  await mkdir(shop.at('programs/bin'), { recursive: true });
  const names = ['[', ...Object.values(applets).flat().sort()].join('\0');
  const busybox = Buffer.concat([makeElf(), Buffer.from(`${names}\0\0`)]);
  await writeFile(shop.at('programs/bin/busybox'), busybox);
  const features = dropbearFeatures.map(({ texts: [text = ''] }) => `${text}\0`).join('');
  for (const name of ['dropbear', 'dropbearkey', 'dropbearconvert']) {
    await writeFile(
      shop.at(`programs/bin/${name}`),
      Buffer.concat([makeElf(), Buffer.from(features)]),
    );
  }
  const env = Object.fromEntries(
    ['STORE', 'STATE', 'LOG', 'CONF'].map((one) => [`NIX_${one}_DIR`, shop.at(`nix/${one}`)]),
  );
  const alone = ['--option', 'sandbox', 'false', '--option', 'build-users-group', ''];
  const { status, out, err } = await shop.run(
    ['unshare', '-rn', 'nix-build', 'ap.nix', '--no-out-link', ...alone],
    { ...env, HOME: shop.at('home') },
  );
  expect(status, err).toBe(0);
  expect(await archiveInfo(out)).toMatchObject({ arch: 'x86_64', profile: { name: 'ap' } });
});
