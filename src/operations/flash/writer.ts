/** Who writes to a device, and what has to be so before it is written to. */
export interface WriterOptions {
  /**
   * Under which name the device tells others who writes to it, at most 100 bytes on one line. Without it, the name of the user and of this
   * machine. A lease of the same name that a cut has left is waited for.
   */
  leaseOwner?: string;
  /**
   * Awaited once, when all was checked and agreed to, and before anything on the flash of the device changes: here a job can still be
   * stopped. What it throws is what the operation throws, and the device is as after any other failure before the first write.
   */
  beforeWrite?: () => Promise<void>;
}
