/** The exit statuses of the command line, which tell where the device was left. */
export const exitStatus = {
  done: 0,
  internal: 1,
  badInput: 2,
  refused: 3,
  oldSystem: 4,
  maintenance: 5,
  unknownState: 6,
  /** The work is done, but what was to be printed about it could not be. */
  outputLost: 7,
  /** A second Ctrl-C: 128 and the number of SIGINT, as shells have it. */
  endedAtOnce: 130,
} as const;

/** One of the exit statuses. */
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** What each exit status means, in words that follow "status N:". */
export const exitMeanings: Record<ExitStatus, string> = {
  0: 'done',
  1: 'a bug in levitate',
  2: 'bad input: command line, profile, packages or image',
  3: 'refused by a check; nothing was touched',
  4: 'failed or interrupted; the device is in its old system',
  5: 'the device is in maintenance: run the same command again',
  6: 'a person has to look: the device does not answer, or not as expected, or somebody else wrote to it',
  7: 'done, but standard output or error could not be written',
  130: 'a second Ctrl-C ended levitate at once',
};
