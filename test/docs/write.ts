/** `npm run docs`: writes every file that is made from the code. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generated } from './generated.js';

for (const [file, text] of Object.entries(generated)) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, await text());
  console.log(file);
}
