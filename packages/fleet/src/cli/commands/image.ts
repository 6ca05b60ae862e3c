import type { Command } from 'commander';
import { keepImage } from '../../images/keep-image.js';

/** Adds what a station calls for itself, in a process of its own. */
export function addImage(program: Command): void {
  const group = program.command('image', { hidden: true });
  group
    .command('read')
    .arguments('<FOLDER> <LIMIT> <IMAGE> <SHA256>')
    .action((folder: string, limit: string, image: string, sha256: string) =>
      keepImage({ folder, limit: Number(limit), image, sha256 }),
    );
}
