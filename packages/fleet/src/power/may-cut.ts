/** Where a device is in the latest rollout that goes to it. */
export interface DeviceAtCut {
  /** The state of its member. */
  state: string;
  /** Whether it may have been written to. */
  touched: boolean;
  /** Whether it is quarantined: nobody has looked at it since its deploy has failed. */
  quarantined: boolean;
  /** What leads it back to maintenance whatever is on its flash. */
  rescue: 'netboot' | null;
}

/**
 * Says why the power of a device is not to be cut without a person's word: from its first write until the end of its deploy it may
 * not start again, unless its boot loader finds a maintenance system on the network. Pure.
 * @returns words behind its name; nothing where its power may be cut
 */
export function whyNotToCut({
  state,
  touched,
  quarantined,
  rescue,
}: DeviceAtCut): string | undefined {
  if (rescue === 'netboot' || !touched) return undefined;
  if (state === 'failed')
    return quarantined ? 'may be half-written, and in maintenance' : undefined;
  return state === 'done' ? undefined : 'is being written to';
}
