/** What a person should know before a new system is written: under which login it will be asked. A sentence. */
export const newSystemLogin = (user: string): string =>
  `After the reboot, levitate logs into the new system as ${user || 'the same user'} to confirm it: it must know this user, and accept the same key or password.`;
