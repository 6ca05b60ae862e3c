import { Type, type Static } from '@sinclair/typebox';

const some = (description: string) => Type.String({ minLength: 1, description });

/** Who a device is, for people; empty where it did not tell. */
export const DeviceIdentity = Type.Object({
  /** The name that the device has for itself. */
  hostname: Type.String(),
  /** What it is: a model of a vendor. */
  model: Type.String(),
  /** Its serial number. */
  serial: Type.String(),
  /** What its own system calls itself. */
  system: Type.String(),
  /** The init system of that. */
  init: Type.String(),
});
/** Who a device is, for people; empty where it did not tell. */
export type DeviceIdentity = Static<typeof DeviceIdentity>;

/** An order to leave that the device has taken, so that a later command can confirm what comes up. */
export const LeaveTaken = Type.Object({
  oldBootId: some('of the maintenance system'),
  isNew: Type.Boolean({ description: 'whether a new system is awaited' }),
  confirm: Type.Object({
    build: Type.Optional(
      Type.Object({
        read: Type.Array(Type.String(), { description: 'the command that prints the build' }),
        expect: Type.Optional(Type.String({ description: 'what it must print' })),
      }),
    ),
    hostKey: Type.Union([Type.Literal('same'), Type.Literal('changes')]),
    timeoutSeconds: Type.Number({ exclusiveMinimum: 0 }),
  }),
});
/** An order to leave that the device has taken. */
export type LeaveTaken = Static<typeof LeaveTaken>;

/** What this machine keeps of an entry, so that a later command can reach the maintenance system. */
export const Session = Type.Object({
  host: Type.String({ description: 'as the person wrote it' }),
  hostname: some('where ssh_config leads'),
  port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'where sshd listens' }),
  user: Type.String({ description: 'who logs in' }),
  sshConfig: Type.Optional(some('the ssh_config file that the person gave')),
  /**
   * A name such as `pi.local` is answered by a program of the running system, and by nobody once it has ended. None behind a
   * proxy.
   */
  address: Type.Optional(some('the numeric address that the connection was made to')),
  byTyping: Type.Optional(
    Type.Boolean({ description: 'whether somebody typed a password for the connection' }),
  ),
  proxied: Type.Boolean({
    description: 'whether ssh_config names another way than plain TCP to name and port',
  }),
  entryId: Type.String({
    description: 'of the entry; empty where the archive was booted by itself',
  }),
  bootId: Type.Optional(
    some('of the kernel that runs both the old system and the maintenance root'),
  ),
  compatible: Type.Optional(
    Type.Array(some('a name'), { description: 'names that the device had for itself' }),
  ),
  compatVersion: Type.Optional(some("which images fit the settings of the device's OpenWrt")),
  device: Type.Optional(DeviceIdentity),
  images: Type.Optional(
    Type.Record(Type.String(), some('an image as TARGET=IMAGE names it, its path absolute'), {
      description: 'the image that was last written to each target, so that a command can carry on',
    }),
  ),
  leaving: Type.Optional(LeaveTaken),
  privateKey: some('the key of the entry, OpenSSH PEM'),
  hostKeys: Type.Array(some('a line'), {
    description: 'public host keys that the maintenance sshd presents',
  }),
});
/** An entry as this machine keeps it. */
export type Session = Static<typeof Session>;

/** The number of the file's form; one with another number was written by another levitate. */
export const sessionVersion = 1;
