import { LevitateError, reasonOf } from '../../errors.js';
import { sshCommand } from '../../shared/ssh-host.js';
import { warn, type Run } from '../../progress.js';

/**
 * How often, and for how many seconds, a system may refuse the login before that counts as its answer: while it boots,
 * the home folder with the authorized keys may not be mounted yet, and PAM may let nobody in.
 */
const patience = { times: 5, seconds: 30 };

/** Counts how often in a row a system has refused the login. */
export class Denials {
  #times = 0;
  #since = 0;

  constructor(
    readonly host: string,
    readonly run: Run,
  ) {}

  /**
   * Counts one more; the person is told of the first one at once.
   * @throws LevitateError NOT_CONFIRMED when there are more than booting explains
   */
  count(denial: LevitateError): void {
    if (this.#times === 0) {
      this.#since = performance.now();
      warn(
        this.run,
        `${reasonOf(denial)}. It may still be booting: trying for ${patience.seconds} s more.`,
      );
    }
    this.#times += 1;
    const seconds = (performance.now() - this.#since) / 1000;
    if (this.#times >= patience.times && seconds >= patience.seconds)
      throw loginDenied(this.host, denial);
  }

  /** Starts counting anew, after another answer. */
  forget(): undefined {
    this.#times = 0;
  }
}

/** The error for a device that is up in a system that knows none of the person's keys. */
export const loginDenied = (host: string, cause: LevitateError): LevitateError =>
  new LevitateError('NOT_CONFIRMED', `${host} is up again, and its system does not let us in`, {
    hint: `Does the new system know your key? Its image must bring it. Once \`${sshCommand(host)}\` works, levitate status ${host} tells which system runs. The last answer: ${cause.message}.`,
    data: { reason: cause.code, ...cause.data },
    cause,
  });
