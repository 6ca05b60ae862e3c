/** Holders in words, in a module by itself: a view needs them, and no operation for it. */
export { describeHolder, describeHolders } from '../protocol/describe-holder.js';
export type { Holder } from '../protocol/holders.js';
