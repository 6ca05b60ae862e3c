/** Everything that `decide` goes by, and what is deployed. It is kept as JSON; the devices of the groups are rows. */
export interface RolloutPlan<Group extends GroupRules = GroupRules> {
  /** Its name. */
  name: string;
  /** Target → image, with absolute paths. */
  images: Record<string, string>;
  /** The build that each device must report. */
  expectBuild?: string;
  /** The groups, in their order. */
  groups: Group[];
  /** Where it stops by itself: at so many errors of the last so many devices. */
  stop: { ofLast: number; errors: number }[];
  /** How fast it goes. */
  limits: { parallel: number; startWith: number; perUplink?: number };
  /** The time of the day in which devices begin. */
  window?: { from: string; to: string; zone: string };
  /** Seconds after which a device that does not answer is given up. */
  giveUpSeconds: number;
}

/** What holds for a group of a rollout. */
export interface GroupRules {
  /** Its name. */
  name: string;
  /** How many may fail. */
  errors: number;
  /** How many may be missing because they do not answer. */
  missing: number;
  /** Seconds between its last device and the next group. */
  soakSeconds: number;
  /** Whether a person lets the next group begin. */
  gate: 'auto' | 'manual';
}

/** A group of a rollout with its devices. */
export interface PlannedGroup extends GroupRules {
  /** Its devices, in the order in which they begin. */
  devices: PlannedDevice[];
}

/** A device of a rollout. */
export interface PlannedDevice {
  /** Its name. */
  name: string;
  /** Its profile: an absolute path. */
  profile: string;
}
