/** What add-kind.test.ts takes from its copy of levitate, where this file stands beside `src`. */
export { callFlasher, takeLease } from '../../../src/device/flasher.js';
export { replyOf } from '../../../src/device/replies.js';
export { JobState } from '../../../src/flash/job-state.js';
export { indexImage } from '../../../src/image/index.js';
export { build } from '../../../src/index.js';
export { flashTarget } from '../../../src/operations/flash/flash-target.js';
export { targetIn } from '../../../src/operations/flash/targets.js';
export { loadProfile } from '../../../src/profile/load.js';
