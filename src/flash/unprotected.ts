import type { TargetFacts } from './kind.js';
import type { Step } from './steps.js';

/**
 * Puts around what changes a target that its write protection is lifted for that, and put back after it, where the kernel keeps
 * one. Pure.
 */
export function unprotected(
  steps: Step[],
  node: string,
  { force_ro: isProtected = false }: TargetFacts,
): Step[] {
  const isChange = ({ touches }: Step) => touches !== null;
  if (!isProtected || !steps.some(isChange)) return steps;
  return [
    { do: 'lift-protection', bytes: 0, touches: node, undoable: true },
    ...steps.filter(isChange),
    { do: 'restore-protection', bytes: 0, touches: node, undoable: false },
    ...steps.filter((step) => !isChange(step)),
  ];
}
