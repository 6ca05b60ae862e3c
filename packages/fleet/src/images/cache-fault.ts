/** The cache cannot have an image, which is no fault of the device. */
export class CacheFault extends Error {
  /** For whoever reads the report. */
  readonly code = 'IMAGE_CACHE';
  /** Nothing was touched. */
  readonly exit = 4;
}
