import { statfs } from 'node:fs/promises';

/** What a station leaves free on its disk: its own database may need as much for a while (max_wal_size of PostgreSQL), in bytes. */
const reserve = 1024 ** 3;

/** Whether the disk of a folder has room for more work. @throws what the file system says */
export async function hasRoom(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize >= reserve;
}
