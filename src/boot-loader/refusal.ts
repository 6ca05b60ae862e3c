/** Why nothing is done with slots. */
export interface SlotRefusal {
  /** What speaks against it: a sentence without a stop. */
  message: string;
  /** What the person can do about it. */
  hint: string;
}
