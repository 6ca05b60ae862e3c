/** What goes into a remote command's standard input; it is closed after the last byte. */
export type Input = string | Uint8Array | AsyncIterable<Uint8Array>;

/** How a command on a device is run. */
export interface ExecOptions {
  stdin?: Input;
  /** Whether its standard streams are one terminal (pty(7)); where the server gives none, it runs without. */
  terminal?: boolean;
  /** Called for each full line of standard output as it arrives, without the newline. */
  onLine?: (line: string) => void;
  /** Called for standard output as it arrives, in place of `onLine`. */
  onBytes?: (bytes: Uint8Array) => void;
  /** Bound on standard output; by itself 64 MiB. What exceeds it ends the command. */
  maxBytes?: number;
  /** Ends the remote command's channel; `exec` then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Bound on the whole command; without it only a dead connection ends the wait. */
  timeoutMs?: number;
}

/** What became of a command that has ended. */
export interface ExecResult {
  /** Whole standard output; empty where `onLine` or `onBytes` was given. */
  stdout: string;
  stderr: string;
  /** The exit status; null where the command was killed or the far end named none. Only 0 is success. */
  code: number | null;
}

/** A way to run commands on a device. Commands are given to the remote login shell as one string. */
export interface Transport {
  /** For messages: `ssh root@host` or `maintenance root@host:22`. */
  readonly name: string;
  /**
   * The numeric address that the connection was made to, with its zone if it has one; undefined where something else
   * made the way, such as a jump host.
   */
  readonly address?: string | undefined;
  /** Whether somebody typed a password, or another answer, for the connection to be made. */
  readonly byTyping?: boolean | undefined;
  /**
   * Runs one command to its end. A non-zero status is a result, not an error.
   * @throws LevitateError HOST_UNREACHABLE, AUTH_FAILED, HOST_KEY_CHANGED, HOST_KEY_UNKNOWN, SSH_ALGORITHMS when no
   * command could be run;
   * CONNECTION_LOST when the connection died while the command ran; REMOTE_FAILED when it printed without bound.
   */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** Ends the connection and everything that runs over it. */
  close(): Promise<void>;
}
