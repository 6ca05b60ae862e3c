/** An npm registry of this machine, which has the packages of some tarballs. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { execa } from 'execa';

/** Starts it. */
export async function startRegistry(
  tarballs: string[],
): Promise<{ url: string; stop: () => void }> {
  const packages = await Promise.all(tarballs.map(read));
  const server = createServer((request, answer) => {
    const path = decodeURIComponent(request.url ?? '');
    const file = packages.find(({ name }) => path === `/-/${name}`);
    const versions = packages.filter(({ about }) => path === `/${about.name}`);
    if (file) answer.end(file.bytes);
    else if (versions.length === 0) answer.writeHead(404).end('{}');
    else answer.end(JSON.stringify(packument(versions, `http://${request.headers.host}`)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Package {
  /** Of the file. */
  name: string;
  bytes: Buffer;
  about: { name: string; version: string };
}

async function read(path: string): Promise<Package> {
  const { stdout } = await execa('tar', ['-xzOf', path, 'package/package.json']);
  const about = JSON.parse(stdout) as Package['about'];
  return { name: basename(path), bytes: await readFile(path), about };
}

/** What a registry tells of a package (npm's docs/responses/package-metadata.md). */
function packument(versions: Package[], url: string): unknown {
  const entries = versions.map(({ name, bytes, about }) => {
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    return [about.version, { ...about, dist: { tarball: `${url}/-/${name}`, integrity } }] as const;
  });
  return {
    name: versions[0]?.about.name,
    'dist-tags': { latest: entries.at(-1)?.[0] },
    versions: Object.fromEntries(entries),
  };
}
