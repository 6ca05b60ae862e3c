import { Type, type Static } from '@sinclair/typebox';
import { ToldMigrateFacts } from './migrate.js';
import { ToldProbeFacts } from './probe.js';
import {
  ToldDeviceFacts,
  ToldKernelFacts,
  ToldLeftFacts,
  ToldRescueFacts,
  ToldStackFacts,
} from './resources.js';
import { ToldLoginFacts, ToldSystemFacts } from './system.js';
import {
  ToldConfigureFacts,
  ToldDescribeFacts,
  ToldPrepareFacts,
  ToldRehearsalFacts,
} from './takeover.js';
import { ToldSlotFacts } from './slots.js';
import { ToldWearFacts } from './wear.js';

/** Every fact that a script tells: a key, and the text of a value of it; each may come as often as it likes. */
export const ToldFacts = Type.Object({
  ...ToldSystemFacts.properties,
  ...ToldLoginFacts.properties,
  ...ToldKernelFacts.properties,
  ...ToldDeviceFacts.properties,
  ...ToldRescueFacts.properties,
  ...ToldStackFacts.properties,
  ...ToldLeftFacts.properties,
  ...ToldProbeFacts.properties,
  ...ToldPrepareFacts.properties,
  ...ToldConfigureFacts.properties,
  ...ToldRehearsalFacts.properties,
  ...ToldDescribeFacts.properties,
  ...ToldWearFacts.properties,
  ...ToldSlotFacts.properties,
  ...ToldMigrateFacts.properties,
});

/** The name of a fact. */
export type FactKey = keyof Static<typeof ToldFacts>;

/** Whether a name is that of a fact. */
export const isFactKey = (key: string): key is FactKey => Object.hasOwn(ToldFacts.properties, key);
