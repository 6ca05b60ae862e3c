/** A file of a TFTP server: its path below the folder of the server, and its bytes. */
export interface ServedFile {
  path: string;
  bytes: Uint8Array;
}
