import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { applets } from '../../../src/rootfs/applets.js';
import { dropbearFeatures } from '../../../src/rootfs/dropbear.js';
import { makeElf } from '../rootfs/make-elf.js';

interface Package {
  name: string;
  version: string;
  depends?: string;
  /** Absolute path → bytes. */
  files: Record<string, Uint8Array>;
}

/** A repository of packages in a folder, and an apt.conf that makes it the only source there is. */
export class DebianRepository {
  readonly aptConfig: string;

  private constructor(
    readonly folder: string,
    private readonly architecture: string,
  ) {
    this.aptConfig = join(folder, 'apt.conf');
  }

  static async make(folder: string, architecture = 'amd64'): Promise<DebianRepository> {
    const repository = new DebianRepository(folder, architecture);
    await mkdir(join(folder, 'pool'), { recursive: true });
    await mkdir(join(folder, `dists/test/main/binary-${architecture}`), { recursive: true });
    await writeFile(join(folder, 'sources.list'), `deb [trusted=yes] copy://${folder} test main\n`);
    await writeFile(
      repository.aptConfig,
      `Dir::Etc::sourcelist "${folder}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n`,
    );
    return repository;
  }

  /** Where a package's .deb is. */
  deb = ({ name, version }: Pick<Package, 'name' | 'version'>): string =>
    join(this.folder, 'pool', `${name}_${version}_${this.architecture}.deb`);

  /** Lists these packages and no others; .deb files of earlier ones stay in the pool, as on a mirror. */
  async publish(packages: Package[]): Promise<void> {
    const paragraphs = await Promise.all(packages.map((one) => this.#paragraph(one)));
    const lists = `main/binary-${this.architecture}/Packages`;
    const text = paragraphs.join('\n');
    await writeFile(join(this.folder, 'dists/test', lists), text);
    await writeFile(
      join(this.folder, 'dists/test/Release'),
      `Suite: test\nCodename: test\nArchitectures: ${this.architecture}\nComponents: main\nDate: ${new Date().toUTCString()}\n` +
        `SHA256:\n ${sha256(text)} ${Buffer.byteLength(text)} ${lists}\n`,
    );
  }

  async #paragraph(one: Package): Promise<string> {
    const tree = join(this.folder, `tree-${one.name}`);
    const control =
      `Package: ${one.name}\nVersion: ${one.version}\nArchitecture: ${this.architecture}\nMaintainer: x <x@example.org>\n` +
      `${one.depends === undefined ? '' : `Depends: ${one.depends}\n`}Description: made for a test\n`;
    for (const [path, bytes] of Object.entries({
      '/DEBIAN/control': Buffer.from(control),
      ...one.files,
    })) {
      await mkdir(join(tree, dirname(path)), { recursive: true });
      await writeFile(join(tree, path), bytes);
      if (path.startsWith('/usr/')) await chmod(join(tree, path), 0o755);
    }
    const deb = this.deb(one);
    execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', tree, deb], {
      stdio: 'ignore',
    });
    await rm(tree, { recursive: true });
    const file = deb.slice(this.folder.length + 1);
    const { size } = await stat(deb);
    return `${control}Filename: ${file}\nSize: ${size}\nSHA256: ${sha256(await readFile(deb))}\n`;
  }
}

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const amd64 = { machine: 62, triplet: 'x86_64-linux-gnu' };
export const arm64 = { machine: 183, triplet: 'aarch64-linux-gnu' };

/** The packages that the smallest profile needs; programs that can be packed, not run. */
export function smallestPackages(
  version: string,
  { machine, triplet }: { machine: number; triplet: string } = amd64,
): Package[] {
  const marked = (elf: Buffer) => Buffer.concat([elf, Buffer.from(`version ${version}`)]);
  const names = ['[', ...Object.values(applets).flat().sort()];
  const busybox = Buffer.concat([makeElf({ machine }), Buffer.from(`${names.join('\0')}\0\0`)]);
  const features = dropbearFeatures.map(({ texts }) => texts[0]!).join('\0');
  const linked = makeElf({ machine, needed: ['libkeys.so.1'] });
  const server = marked(Buffer.concat([linked, Buffer.from(features)]));
  const library = marked(makeElf({ machine, soname: 'libkeys.so.1' }));
  return [
    { name: 'busybox-static', version, files: { '/usr/bin/busybox': marked(busybox) } },
    {
      name: 'dropbear-bin',
      version,
      depends: 'gone-library | libkeys1 (>= 1)',
      files: Object.fromEntries(
        ['/usr/sbin/dropbear', '/usr/bin/dropbearkey', '/usr/bin/dropbearconvert'].map((path) => [
          path,
          server,
        ]),
      ),
    },
    { name: 'libkeys1', version, files: { [`/usr/lib/${triplet}/libkeys.so.1`]: library } },
    { name: 'libc6', version, files: { '/usr/share/doc/libc6/none': Buffer.from('') } },
    { name: 'strace', version, files: { '/usr/bin/strace': marked(makeElf({ machine })) } },
  ];
}
