/**
 * Seconds between signs of life, and how many may be missing. A stall of up to 16 s is sat out, because a device that
 * erases flash or a radio link may well pause that long; a dead device is noticed after 18 s at most.
 */
export const alive = { intervalSeconds: 2, missing: 8 } as const;

/** Seconds that connecting may take where the person's configuration names no other bound. */
export const connectSeconds = 10;

/**
 * Settings of ssh_config(5) that a person has for logins of their own and that would break, or leak into, commands
 * that a program runs: where the client knows them, they have these values in every connection of levitate's.
 */
const overridden: Record<string, string> = {
  // What a command reads and writes is its own, and nothing else happens beside it.
  RequestTTY: 'no',
  SessionType: 'default',
  StdinNull: 'no',
  ForkAfterAuthentication: 'no',
  RemoteCommand: 'none',
  PermitLocalCommand: 'no',
  EscapeChar: 'none',
  ChannelTimeout: 'none',
  // Nothing of this machine is lent to the device.
  ForwardAgent: 'no',
  ForwardX11: 'no',
  ForwardX11Trusted: 'no',
  GSSAPIDelegateCredentials: 'no',
  ClearAllForwardings: 'yes',
  ExitOnForwardFailure: 'no',
  Tunnel: 'no',
  // Neither the person's agent nor their known_hosts learns anything.
  AddKeysToAgent: 'no',
  UpdateHostKeys: 'no',
  // What is read back from the client's log is there, and nothing but that.
  VisualHostKey: 'no',
  LogVerbose: 'none',
};

/**
 * The arguments of the ssh client that override a person's settings for logins of their own.
 * @param known whether this client has a setting, by its keyword in small letters: one that an older client lacks
 * cannot be in its configuration either, and would be refused. RemoteCommand alone is not among what `ssh -G` prints
 * while nobody has set it.
 */
export const overriding = (known: (keyword: string) => boolean): string[] =>
  settingsAsArguments(
    Object.fromEntries(
      Object.entries(overridden).filter(
        ([key]) => key === 'RemoteCommand' || known(key.toLowerCase()),
      ),
    ),
  );

/** What notices a dead connection, for every ssh client that levitate starts. */
export const aliveSettings = {
  ServerAliveInterval: String(alive.intervalSeconds),
  ServerAliveCountMax: String(alive.missing),
};

/** Settings as arguments of the ssh client. */
export const settingsAsArguments = (settings: Record<string, string>): string[] =>
  Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
