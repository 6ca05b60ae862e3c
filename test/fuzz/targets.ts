import type { FuzzTarget } from './target.js';
import { elfTarget, headTarget, moduleTarget, newcTarget } from './targets/binaries.js';
import { containerTarget } from './targets/containers.js';
import { framesTarget } from './targets/frames.js';
import { helperTarget } from './targets/helper.js';
import { factsTarget, repliesTarget, sessionTarget } from './targets/device.js';
import { compressedTarget, diskTarget, rawTarget } from './targets/images.js';
import { efiTarget, systemdBootTarget } from './targets/slots.js';
import { treeTarget } from './targets/trees.js';
import { trustTarget } from './targets/trust.js';
import { uBootTarget } from './targets/u-boot.js';
import { wearTarget } from './targets/wear.js';
import { lockTarget, profileTarget, textTarget } from './targets/texts.js';

/** Every reader that is tried; adding one is a line here. */
export const targets: FuzzTarget[] = [
  compressedTarget,
  diskTarget,
  rawTarget,
  containerTarget,
  treeTarget,
  trustTarget,
  framesTarget,
  helperTarget,
  newcTarget,
  elfTarget,
  moduleTarget,
  headTarget,
  profileTarget,
  lockTarget,
  textTarget,
  factsTarget,
  repliesTarget,
  wearTarget,
  efiTarget,
  systemdBootTarget,
  sessionTarget,
  uBootTarget,
];
