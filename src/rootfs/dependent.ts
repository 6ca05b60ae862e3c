/** A file whose libraries have to be found. */
export interface Dependent {
  path: string;
  bytes: Uint8Array;
  /** The source's handle on where it came from; undefined for a file of the profile. */
  unit: string | undefined;
}
