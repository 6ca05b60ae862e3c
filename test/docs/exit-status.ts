import { exitMeanings } from '../../src/exit-status.js';
import { table } from './markdown.js';

/** docs/reference/exit-status.md: every exit status, and what is to be known of some. */
export const exitStatusPage = (): string => `# Exit statuses

The exit status tells where the device was left.

${table(['status', 'meaning'], Object.entries(exitMeanings))}

- With 2 or 3 from \`flash\`, the device is in maintenance as before. \`deploy\` takes it back to its old system when
  nothing was written.
- One refusal can come in the middle of a write: an image that changes while it is sent (\`IMAGE_CHANGED\`).
- Two codes are status 6 while the device is in maintenance, because the same command again is wrong there: \`LEASE_LOST\`,
  where it would write over what somebody else has written since, and \`FLASHER_INCOMPATIBLE\`, where it would fail again.
- \`probe\` ends with 3 when a check refuses, and \`status\` with 6 when the device is unreachable. With \`--json\` both are
  a \`result\`, not an \`error\`.
- \`probe\`, \`doctor\`, \`status\` and \`wear\` end with 6 where the link breaks while they look at a device that was not entered from here.
- After 130 something may stay staged or armed in RAM: see [Recover](../how-to/recover.md#what-happens-when).
- A log that cannot be written stops no work: what failed keeps its status, and what is done ends with 7. A reader that
  goes away is no failure.

[Errors](errors.md) lists every code with the status that it usually ends with. The \`exit\` field of the JSON line is
what counts: an occurrence that knows better where the device was left says so there.`;
