import { LevitateError, reasonOf } from '../../errors.js';
import { sshCommand } from '../../shared/ssh-host.js';
import { warn, type Run } from '../../progress.js';

/**
 * How often, and for how many seconds, a system may refuse the login before that counts as its answer: while it boots,
 * the home folder with the authorized keys may not be mounted yet, and PAM may let nobody in.
 */
const patience = { times: 5, seconds: 30 };

/** The system that is awaited, and the login that it is asked by. */
export interface Awaited {
  /** The device, as it was named. */
  host: string;
  /** Who logs in. */
  user: string;
  /** Whether a new system is awaited, or the old one. */
  isNew: boolean;
}

/** Counts how often in a row a system has refused the login. */
export class Denials {
  #times = 0;
  #since = 0;

  constructor(
    readonly awaited: Awaited,
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
      throw loginDenied(this.awaited, denial);
  }

  /** Starts counting anew, after another answer. */
  forget(): undefined {
    this.#times = 0;
  }
}

/** The error for a device that is up in a system that knows none of the person's keys. */
export function loginDenied({ host, user, isNew }: Awaited, cause: LevitateError): LevitateError {
  if (cause.data?.['unasked'] === true) return passwordUnasked({ host, user, isNew }, cause);
  const login = user === '' ? 'the login' : `the login ${user}`;
  const why = isNew
    ? `What was written was read back whole. The new system must know ${user === '' ? 'this user' : `the user ${user}`}, and accept the same key or password as the old one: its image has to bring both. `
    : '';
  return new LevitateError(
    'NOT_CONFIRMED',
    `${host} is up again, and its system does not accept ${login}`,
    {
      hint: `${why}Once \`${sshCommand(host)}\` works, levitate status ${host} tells which system runs. The last answer: ${cause.message}.`,
      data: { reason: cause.code, ...cause.data },
      cause,
    },
  );
}

/** The same, where a password may be all that was missing. */
const passwordUnasked = ({ host, user, isNew }: Awaited, cause: LevitateError): LevitateError =>
  new LevitateError(
    'NOT_CONFIRMED',
    `${host} is up again; the login${user === '' ? '' : ` ${user}`} wants a password, and nobody could be asked for it here`,
    {
      hint: `${
        isNew
          ? 'What was written was read back whole. Where a key is to open this login, the image has to bring the user and that key. '
          : ''
      }On a terminal, levitate asks for the password, and tells which system runs: levitate status ${host}`,
      data: { reason: cause.code, ...cause.data },
      cause,
    },
  );
