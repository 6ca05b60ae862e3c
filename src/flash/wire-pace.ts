/** Whether chunks go over the link as they are, or compressed. */
type Form = 'plain' | 'deflated';

/** What a form was found to take. */
interface Measured {
  chunks: number;
  bytes: number;
  /** Of these, those that went over the link. */
  wireBytes: number;
  seconds: number;
}

const none = (): Measured => ({ chunks: 0, bytes: 0, wireBytes: 0, seconds: 0 });

/** Levels of zlib: where so few bytes a second go over the link, this machine has the time for the second one. */
const levels = { fast: 1, small: 6, slowLink: 4e6 };

/** A form is known once it took this many chunks, and this long or four times as many. */
const enough = { chunks: 4, seconds: 1 };
/** Both forms are tried again after so many chunks: what an image holds changes along it, and so may the link. */
const again = 96;
/** How much faster it must be to compress, which takes the processors of both ends. */
const gain = 1.05;

/**
 * Finds out by measuring whether chunks go faster over this link to this device as they are or compressed: some go in either
 * form, compressed ones first, because they cost a fast link less than the others cost a slow one. Then the faster form is kept,
 * and the other one is tried again now and then. A chunk that compression makes no smaller goes
 * as it is, and counts so.
 */
export class WirePace {
  /** Whether the device decompresses. */
  takesDeflated = false;
  /** Bytes that the chunks which were acknowledged took on the link. */
  bytes = 0;
  #form: Form = 'deflated';
  #measured: Record<Form, Measured> = { plain: none(), deflated: none() };
  readonly #under = new Map<number, { form: Form; bytes: number }>();
  #sinceTrial = 0;

  /** The level at which the next chunk is to be compressed, if that makes it smaller; undefined where it goes as it is. */
  get level(): number | undefined {
    if (!this.takesDeflated || this.#form === 'plain') return undefined;
    const { deflated } = this.#measured;
    const isSlow = isKnown(deflated) && deflated.wireBytes < levels.slowLink * deflated.seconds;
    return isSlow ? levels.small : levels.fast;
  }

  /** Notes that a chunk goes, how many bytes it takes, and whether it was compressed for that. */
  noteSent(index: number, bytes: number, compressed: boolean): void {
    this.#under.set(index, { form: compressed ? 'deflated' : 'plain', bytes });
  }

  /**
   * Notes that a chunk of so many bytes is on the medium; one that was not sent, such as zeros, tells nothing.
   * @param seconds that it took; undefined where that is not known
   */
  noteWritten(index: number, length: number, seconds: number | undefined): void {
    const sent = this.#under.get(index);
    if (!sent) return;
    this.#under.delete(index);
    this.bytes += sent.bytes;
    if (seconds === undefined) return;
    const measured = this.#measured[sent.form];
    measured.chunks += 1;
    measured.bytes += length;
    measured.wireBytes += sent.bytes;
    measured.seconds += seconds;
    this.#sinceTrial += 1;
    this.#choose();
  }

  #choose(): void {
    if (!this.takesDeflated) return;
    const { plain, deflated } = this.#measured;
    if (!isKnown(deflated)) this.#form = 'deflated';
    else if (!isKnown(plain)) this.#form = 'plain';
    else {
      this.#form = rate(deflated) > gain * rate(plain) ? 'deflated' : 'plain';
      if (this.#sinceTrial < again) return;
      this.#measured = { plain: none(), deflated: none() };
      this.#sinceTrial = 0;
    }
  }
}

const isKnown = ({ chunks, seconds }: Measured): boolean =>
  chunks >= enough.chunks && (seconds >= enough.seconds || chunks >= 4 * enough.chunks);

const rate = ({ bytes, seconds }: Measured): number => bytes / Math.max(seconds, 1e-6);
