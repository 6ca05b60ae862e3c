import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { put, tool } from '../fixtures.js';

/** Runs a tool in a folder. */
const inFolder = (cwd: string, command: string, args: string[], input?: string | Buffer): Buffer =>
  execFileSync(command, args, {
    cwd,
    ...(input === undefined ? {} : { input }),
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });

/** Puts files into a folder of their own and gives it. */
function filesIn(folder: string, name: string, files: Record<string, Buffer | string>): string {
  const place = join(folder, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(place, file, '..'), { recursive: true });
    writeFileSync(join(place, file), content);
  }
  return place;
}

/** A squashfs of some KiB, which is an image that every target but a disk takes. */
export function squashfs(folder: string): Buffer {
  const tree = filesIn(folder, 'tree', { 'etc/os-release': 'ID=acme\n' });
  const path = join(folder, 'root.squashfs');
  tool('mksquashfs', [tree, path, '-quiet', '-no-progress', '-noappend', '-all-root']);
  return readFileSync(path);
}

/** Update files as their own formats have them, made by the tools that they are made of; each holds one image. */
export function containers(folder: string, image: Buffer): Record<string, Buffer> {
  const gz = tool('gzip', ['-nc'], image);
  const files = filesIn(folder, 'files', {
    'sw-description': 'software = { version = "1"; };\n',
    'root.gz': gz,
    'data/root.img': image,
    'meta.conf': 'meta-product="acme"\n',
    'sysupgrade-acme_x/CONTROL': 'BOARD=acme_x\n',
    'sysupgrade-acme_x/root': image,
    'rootfs.squashfs': image,
    'bundle/rootfs.squashfs': image,
    'readme.txt': 'Read me.\n',
    version: '{"format":"mender","version":3}',
    manifest: `${sha256(image)}  data/0000/rootfs.squashfs\n${sha256(gz)}  header.tar.gz\n`,
    'header.tar.gz': gz,
    'manifest.raucm': `[update]\ncompatible=acme\n\n[bundle]\nformat=verity\n\n[image.rootfs]\nfilename=rootfs.squashfs\nsha256=${sha256(image)}\nsize=${image.length}\n`,
  });
  writeFileSync(
    join(files, 'data/0000.tar.gz'),
    tool('gzip', ['-nc'], inFolder(files, 'tar', ['-c', 'rootfs.squashfs'])),
  );
  return {
    swupdate: inFolder(files, 'cpio', ['-o', '-H', 'crc'], 'sw-description\nroot.gz\n'),
    cpio: inFolder(files, 'cpio', ['-o', '-H', 'newc'], 'readme.txt\ndata/root.img\n'),
    rauc: raucBundle(files),
    mender: inFolder(files, 'tar', [
      ...['-c', 'version', 'manifest', 'header.tar.gz', 'data/0000.tar.gz'],
    ]),
    fwup: inFolder(files, 'zip', ['-q', '-', 'meta.conf', 'data/root.img']),
    zip: inFolder(files, 'zip', ['-q', '-', 'readme.txt', 'data/root.img']),
    sysupgrade: inFolder(files, 'tar', ['-c', 'sysupgrade-acme_x']),
    tar: inFolder(files, 'tar', ['-c', '--format=pax', 'readme.txt', 'data/root.img']),
  };
}

/** A verity bundle without its hash tree: a squashfs, the manifest in a CMS, and its length. */
function raucBundle(files: string): Buffer {
  const [key, certificate] = [join(files, 'key.pem'), join(files, 'certificate.pem')];
  tool('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', '/CN=acme', '-days', '1', '-keyout', key, '-out', certificate],
  ]);
  const signature = inFolder(files, 'openssl', [
    ...['cms', '-sign', '-nodetach', '-binary', '-outform', 'DER'],
    ...['-signer', certificate, '-inkey', key, '-in', 'manifest.raucm'],
  ]);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(signature.length));
  const payload = join(files, 'bundle.squashfs');
  tool('mksquashfs', [join(files, 'bundle'), payload, '-quiet', '-no-progress', '-noappend']);
  return Buffer.concat([readFileSync(payload), signature, size]);
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A container as a file of the folder. */
export const putContainer = (folder: string, kind: string, bytes: Buffer): string =>
  put(folder, `update-${kind}.bin`, bytes);
