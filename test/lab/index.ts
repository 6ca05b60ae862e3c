/** The lab: emulated devices, and the means to do them harm. */
export * from './artifacts.js';
export { accelerator, type Accel } from './accel.js';
export { labKeys, type LabKeys } from './build/keys.js';
export { eraseBlock, eraseCounter, eraseCounters } from './build/ubi-flash.js';
export { cacheDir, sha256OfFile } from './cache.js';
export { bootDevice, LabDevice, type BootOptions, type PlaceOptions } from './device.js';
export { makeFlashFrom, type HardwareOptions } from './hardware.js';
export { bootInitramfs, type InitramfsMachine, type InitramfsOptions } from './initramfs.js';
export { startProxy, type Proxy } from './proxy.js';
export { askMachine, qmpArgs } from './qmp.js';
export { restoreDevice, savedState } from './saved-state.js';
export { runSsh, type SshResult } from './ssh.js';
