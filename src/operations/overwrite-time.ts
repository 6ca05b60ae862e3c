import type { FlashPlan } from '../flash/steps.js';

/** How long an overwrite takes, as far as it can be told before a byte was sent. */
export interface TimeEstimate {
  /** Bytes that are compared, sent or read back. */
  bytes: number;
  /** Bytes a second that it counts with. It is assumed: nothing about the link and the flash was measured. */
  bytesPerSecond: number;
  /** Seconds, by these two; entering and rebooting come besides. */
  seconds: number;
  /** Whether it is a bound: what is on the flash already, and need not be sent, is not known yet. */
  isBound: boolean;
}

/** What a board computer takes over a wired network; a slow flash or a slow link takes longer. */
const assumedBytesPerSecond = 10 * 1024 ** 2;

/** Seconds that so many bytes take, by the speed that is assumed. Pure. */
export const secondsOf = (bytes: number): number => bytes / assumedBytesPerSecond;

const estimate = (bytes: number, isBound: boolean): TimeEstimate => ({
  bytes,
  bytesPerSecond: assumedBytesPerSecond,
  seconds: secondsOf(bytes),
  isBound,
});

/** The time before a device is entered: each image is compared with the flash, sent, and read back. Pure. */
export const timeOfImages = (images: { length: number }[]): TimeEstimate =>
  estimate(
    images.reduce((sum, { length }) => sum + 3 * length, 0),
    true,
  );

/** The time after the flash was compared: that of the steps. Pure. */
export const timeOfPlans = (plans: Pick<FlashPlan, 'steps'>[]): TimeEstimate =>
  estimate(
    plans.flatMap(({ steps }) => steps).reduce((sum, { bytes }) => sum + bytes, 0),
    false,
  );
