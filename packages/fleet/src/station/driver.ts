/** How a station reaches devices. levitate does it; tests have devices that cost nothing. */

/** A device as a station reaches it. */
export interface Target {
  /** Its name in the fleet. */
  name: string;
  /** As one would write it after `ssh`. */
  host: string;
}

/** What a look at a device tells. */
export interface Seen {
  /** By what it is known again: words such as `serial …`, `emmc …`, `mac …`; none where it tells nothing of the kind. */
  marks: string[];
}

/** An image of an order. */
export interface OrderedImage {
  /** As `deploy` takes it. */
  image: string;
  /** SHA-256 of its file. */
  sha256: string;
}

/** How far a deploy is. */
export interface Step {
  /** What is done now, by the names of levitate's phases. */
  phase: string;
  /** Bytes that are done with; absent where none are counted. */
  done?: number;
  /** Bytes of the whole. */
  total?: number;
}

/** How worn a flash was at a moment: its erase counters. */
export interface WearPoint {
  /** The target that lies on it. */
  medium: string;
  /** Whether it was looked at before the deploy, or behind it. */
  when: 'before' | 'after';
  /** The mean of its erase counters. */
  mean: number;
  /** The highest of them. */
  highest: number;
}

/** What is to be deployed to a device. */
export interface Order extends Target {
  /** The path of its profile. */
  profile: string;
  /** Target → image. */
  images: Record<string, OrderedImage>;
  /** The build that it must report. */
  expectBuild?: string;
  /** Under which name the device tells others who writes to it. */
  leaseOwner: string;
  /** Awaited before anything on its flash changes; what it throws ends the deploy with the device as it was. */
  beforeWrite: () => Promise<void>;
  /** Told when all is written, and the device reboots. */
  onReboot: () => void;
  /** Told how far it is, often. */
  onStep: (step: Step) => void;
}

/** What a deploy that ended well gives. */
export interface Deployed {
  /** Bytes that were sent. */
  bytes: number;
  /** SHA-256 of what was written; of several images, each behind its target. */
  sha256: string;
  /** The build that the device reports; undefined where nothing asks it. */
  build?: string;
  /** How worn its flash is, where it tells that. */
  wear?: WearPoint[];
}

/**
 * How devices are looked at and written to. A failure has a `code`, a `message`, and an `exit` that says where it left the device, by the
 * exit statuses of levitate.
 */
export interface Driver {
  /** Looks who a device is, and changes nothing. */
  look(target: Target): Promise<Seen>;
  /** Deploys; after a crash the same call goes on where the device's journal says. */
  deploy(order: Order): Promise<Deployed>;
}
