/**
 * The number of the contract between this levitate and the scripts that it puts on a device: facts, replies, settings and
 * frames. It grows with every change that one half would misunderstand in the other. The archive carries it in
 * `levitate.conf` and `profile.json`, and the flasher says it in its status. What says none is of protocol 0.
 */
export const protocol = 1;
