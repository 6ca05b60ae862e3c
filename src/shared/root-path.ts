import { posix } from 'node:path';

const merged = /^\/(bin|sbin|lib|lib32|lib64|libx32|libo32)(?=\/|$)/;

/** The path that a file has in the maintenance root, where /bin, /sbin and /lib* are links into /usr. */
export function rootPath(path: string): string {
  const normal = posix.normalize(`/${path}`).replace(/(?<=.)\/$/, '');
  return normal.replace(merged, '/usr/$1').replace(/^\/var\/run(?=\/)/, '/run');
}
