/** By what a device is not known, for whoever keeps a list of devices. */
export { isPlaceholder } from '../device/identity.js';
