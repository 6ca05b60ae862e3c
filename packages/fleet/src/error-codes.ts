/** What is known about every failure of one code. */
export interface FleetErrorAbout {
  /** The exit status; the numbers are levitate's. */
  exit: 2 | 3 | 6;
  /** What has happened: a sentence. */
  meaning: string;
  /** What to do, in general. */
  remedy: string;
}

/** Every way in which `levitate fleet` itself can fail; what a deploy fails with has levitate's own codes. */
export const fleetErrorCodes = {
  USAGE: {
    exit: 2,
    meaning: 'The command line is wrong. Nothing was begun.',
    remedy: 'levitate fleet --help shows every command.',
  },
  INVENTORY_UNREADABLE: {
    exit: 2,
    meaning: 'The inventory cannot be read, or the program that prints it fails.',
    remedy: 'Check the path; of an inventory of Ansible, run ansible-inventory --list yourself.',
  },
  INVENTORY_INVALID: {
    exit: 2,
    meaning: 'The inventory has mistakes: unknown keys, wrong values, or one device twice.',
    remedy: 'Look at the lines that the message names.',
  },
  ROLLOUT_INVALID: {
    exit: 2,
    meaning: 'The file of a rollout has mistakes, or selects no device.',
    remedy: 'Look at the lines that the message names.',
  },
  PLAN_CHANGED: {
    exit: 3,
    meaning: 'What the rollout would do is not what `rollout plan` has printed. Nothing was begun.',
    remedy: 'Look at the plan again, and start that one.',
  },
  NOT_FOUND: {
    exit: 2,
    meaning: 'There is no device, rollout or station of this name.',
    remedy: 'levitate fleet list and levitate fleet rollout list show which there are.',
  },
  WRONG_STATE: {
    exit: 3,
    meaning: 'The rollout is in a state in which this cannot be done.',
    remedy: 'levitate fleet rollout status shows its state.',
  },
  DATABASE_UNAVAILABLE: {
    exit: 2,
    meaning: 'The database does not answer, or cannot be started.',
    remedy: 'Look at what it says; without --database, the package postgresql has to be installed.',
  },
  STATION_RUNS: {
    exit: 3,
    meaning: 'Another process runs this station already.',
    remedy: 'Stop that one, or give this one another name.',
  },
  POWER_UNKNOWN: {
    exit: 2,
    meaning:
      'The inventory does not say how the power of the device is switched. Nothing was done.',
    remedy: 'Give the device a `power` in the inventory, and import that.',
  },
  POWER_FAILED: {
    exit: 6,
    meaning: 'The power of a device could not be switched, or nobody knows whether it was.',
    remedy:
      'Look at what the program said, and at the device; `timeout` says how long it may take.',
  },
  PORT_TAKEN: {
    exit: 2,
    meaning: 'The page cannot be served at this port.',
    remedy: 'Give another one with --port; 0 is any that is free.',
  },
} satisfies Record<string, FleetErrorAbout>;

/** The code of a failure of `levitate fleet`. */
export type FleetErrorCode = keyof typeof fleetErrorCodes;
