import type { RescueResult } from '../../operations/network-rescue/arm.js';
import type { RescueServerResult } from '../../operations/network-rescue/serve.js';
import { quote } from '../../shared/shell-quote.js';
import { commandLines } from './command-lines.js';

/** What `levitate rescue` has done, for people. */
export function rescueLines(result: RescueResult | RescueServerResult): string[] {
  if ('sent' in result) return [`Files that devices have got: ${result.sent}.`];
  const { device, armed, folder, files } = result;
  if (!armed) return [`${device} is not armed.`];
  return [
    `${device} is armed: its boot loader finds ${files.length} files in ${folder}.`,
    ...commandLines([
      'Serve them',
      `sudo levitate rescue serve --interface NAME --folder ${quote(folder)}`,
    ]),
  ];
}
