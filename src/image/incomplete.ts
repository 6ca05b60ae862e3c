import { corrupt, truncated } from './image-errors.js';
import { declaredLength, headerFault, sniff } from './format/sniff.js';

/**
 * Refuses content that is shorter than its own header says, or whose header is damaged. Nothing else tells the end of
 * a raw image, nor of a dynamic UBI volume.
 * @param head its first bytes, up to `sniffLength`
 * @param length the bytes that are there
 * @param where for messages, where it is not the whole image
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT
 */
export function refuseIncomplete(path: string, head: Buffer, length: number, where = ''): void {
  const fault = headerFault(head);
  if (fault !== undefined) throw corrupt(path, `${where}${fault}`, undefined);
  const declared = declaredLength(head);
  if (declared <= length) return;
  throw truncated(
    path,
    `${where}its ${sniff(head)} header says ${declared} bytes and there are ${length}`,
    undefined,
  );
}
