import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Takes what is left of the disk of a folder, by a file `filler`. */
export async function fill(folder: string): Promise<void> {
  const file = await open(join(folder, 'filler'), 'w');
  const takes = async (bytes: number) =>
    file.write(Buffer.alloc(bytes)).then(
      () => true,
      () => false,
    );
  for (const bytes of [65_536, 4096]) while (await takes(bytes));
  await file.close();
}
