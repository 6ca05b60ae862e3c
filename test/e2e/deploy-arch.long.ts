/** The main job on the architectures that `npm test` leaves out: `npx vitest run -c test/e2e/long.config.ts`. */
import { testDeploy } from './deploy-arch.js';

testDeploy([
  { name: 'gw-armhf', machine: 'armv7l', blocks: 509 },
  { name: 'router-mipsel', machine: 'mips', blocks: 384 },
]);
