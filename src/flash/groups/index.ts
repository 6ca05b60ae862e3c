export { sysupgrade } from './sysupgrade.js';
