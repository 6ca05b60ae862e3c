/** The main job on another architecture, in 64 MB; `deploy-arch.long.ts` has those that take `npm test` too long. */
import { testDeploy } from './deploy-arch.js';

testDeploy([{ name: 'ap-arm64', machine: 'aarch64', blocks: 384 }]);
