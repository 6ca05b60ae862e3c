import type { Connection } from '../../device/connect.js';

/** A running device, or the folder of a root file system that is being built. */
export type Place = Connection | { root: string };

/** What a place is called in messages and results. */
export const nameOf = (place: Place): string => ('root' in place ? place.root : place.host);
