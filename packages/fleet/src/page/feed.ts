import { FleetError, reasonOf } from '../errors.js';
import { overview, type Overview } from '../operations/overview.js';
import type { Store } from '../store/store.js';

/** What a page is sent: everything at first, then only what is another now. */
export type News =
  | {
      /** Everything. */
      type: 'all';
      /** What is seen besides the devices. */
      about: Omit<Overview, 'devices'>;
      /** Every device. */
      devices: Overview['devices'];
    }
  | {
      /** What is another now. */
      type: 'change';
      /** What is seen besides the devices, where some of it is another. */
      about?: Omit<Overview, 'devices'>;
      /** Devices of which something is another, or that are new. */
      devices: Overview['devices'];
      /** Names of devices that are no more. */
      gone: string[];
    }
  | {
      /** Nothing is known at the moment. */
      type: 'away';
      /** Why. */
      why: string;
    };

/** How often it is looked whether something has happened, in milliseconds; rarer where looking takes long. */
const period = 1000;

/** What the pages know that look at one rollout; it is asked for while there is one of them. */
export class Feed {
  readonly #readers = new Set<(news: News) => void>();
  #seen: Overview | undefined;
  #why = '';
  #about = '';
  #devices = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Store,
    /** The rollout; undefined for whatever is the latest. */
    private readonly id: number | undefined,
  ) {}

  /** Lets a page read. @returns what lets it end */
  async subscribe(reader: (news: News) => void): Promise<() => void> {
    if (this.#readers.size === 0) await this.#look();
    reader(this.#seen ? whole(this.#seen) : { type: 'away', why: this.#why });
    this.#readers.add(reader);
    this.#wait(period);
    return () => {
      this.#readers.delete(reader);
      if (this.#readers.size > 0) return;
      clearTimeout(this.#timer);
      this.#seen = undefined;
      this.#devices.clear();
    };
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#goOn(), milliseconds);
  }

  async #goOn(): Promise<void> {
    const started = performance.now();
    try {
      await this.#look();
    } catch (error) {
      const wasThere = this.#seen !== undefined;
      this.#seen = undefined;
      this.#why = `The database does not answer: ${reasonOf(error)}`;
      if (wasThere) this.#tell({ type: 'away', why: this.#why });
      await this.store.revive().catch(() => undefined);
    }
    if (this.#readers.size === 0) return;
    this.#wait(Math.max(period, 10 * (performance.now() - started)));
  }

  async #look(): Promise<void> {
    const seen = await overview(this.store, this.id);
    const known = this.#seen !== undefined;
    this.#seen = seen;
    const { devices, ...about } = seen;
    const texts = new Map(devices.map((device) => [device.name, JSON.stringify(device)]));
    const changed = devices.filter(({ name }) => this.#devices.get(name) !== texts.get(name));
    const gone = [...this.#devices.keys()].filter((name) => !texts.has(name));
    const text = JSON.stringify(about);
    const isSame = text === this.#about;
    this.#about = text;
    this.#devices = texts;
    if (!known) return this.#tell(whole(seen));
    if (isSame && changed.length === 0 && gone.length === 0) return;
    this.#tell({ type: 'change', ...(isSame ? {} : { about }), devices: changed, gone });
  }

  #tell(news: News): void {
    for (const reader of this.#readers) reader(news);
  }
}

const whole = ({ devices, ...about }: Overview): News => ({ type: 'all', about, devices });

/** Whether a failure says that a page asks for a rollout that there is not. */
export const isNotThere = (error: unknown): boolean =>
  error instanceof FleetError && error.code === 'NOT_FOUND';
