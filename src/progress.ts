/** The stretches of work that an operation goes through, in no fixed order; the names are part of `--json`. */
export type Phase =
  | 'build'
  | 'image'
  | 'facts'
  | 'preflight'
  | 'stage'
  | 'personalise'
  | 'rehearse'
  | 'arm'
  | 'trigger'
  | 'wait'
  | 'prove'
  | 'compare'
  | 'write'
  | 'verify'
  | 'leave'
  | 'confirm'
  | 'install';

export type Verdict = 'ok' | 'warning' | 'refusal';

/** One row of the preflight table: what was looked at, what was found, and what to do about it. */
export interface Check {
  name: string;
  verdict: Verdict;
  found: string;
  advice?: string;
}

/** What operations tell while they run; the command line renders these, and `--json` prints them one a line. */
export type Progress =
  | { type: 'phase'; phase: Phase; state: 'start'; subject?: string }
  | { type: 'phase'; phase: Phase; state: 'done'; seconds: number; subject?: string }
  | { type: 'bytes'; phase: Phase; done: number; total: number; subject?: string }
  | ({ type: 'check' } & Check)
  | { type: 'note'; level: 'info' | 'warning'; message: string };

export type Emit = (event: Progress) => void;

/** Tells a warning as an event. */
export const warning =
  (emit: Emit) =>
  (message: string): void =>
    emit({ type: 'note', level: 'warning', message });

/** Runs `work` as a named phase: its start, and its end with the seconds it took, are told; failures pass through. */
export async function inPhase<T>(
  emit: Emit,
  phase: Phase,
  work: () => Promise<T>,
  subject?: string,
): Promise<T> {
  const about = subject === undefined ? {} : { subject };
  const started = performance.now();
  emit({ type: 'phase', phase, state: 'start', ...about });
  const value = await work();
  const seconds = Math.round(performance.now() - started) / 1000;
  emit({ type: 'phase', phase, state: 'done', seconds, ...about });
  return value;
}
