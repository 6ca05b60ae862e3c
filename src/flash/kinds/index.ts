/** The table of the kinds of targets: one line for each file of this folder. */
export { block } from './block.js';
export { ext4Tree } from './ext4-tree.js';
export { f2fsTree } from './f2fs-tree.js';
export { mtd } from './mtd.js';
export { nand } from './nand.js';
export { openwrtVolume } from './openwrt-volume.js';
export { partition } from './partition.js';
export { ubi } from './ubi.js';
export { ubifsTree } from './ubifs-tree.js';
export { ubiVolume } from './ubi-volume.js';
