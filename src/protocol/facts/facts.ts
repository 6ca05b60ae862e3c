import { Type, type Static } from '@sinclair/typebox';
import { ProbeFacts } from './probe.js';
import { DeviceFacts, KernelFacts, LeftFacts, StackFacts } from './resources.js';
import { LoginFacts, SystemFacts } from './system.js';
import { ConfigureFacts, DescribeFacts, RehearsalFacts } from './takeover.js';
import { WearFacts } from './wear.js';

/** Every fact that a script tells: a key, and the text of a value of it; each may come as often as it likes. */
export const Facts = Type.Object({
  ...SystemFacts.properties,
  ...LoginFacts.properties,
  ...KernelFacts.properties,
  ...DeviceFacts.properties,
  ...StackFacts.properties,
  ...LeftFacts.properties,
  ...ProbeFacts.properties,
  ...ConfigureFacts.properties,
  ...RehearsalFacts.properties,
  ...DescribeFacts.properties,
  ...WearFacts.properties,
});

/** The name of a fact. */
export type FactKey = keyof Static<typeof Facts>;

/** Whether a name is that of a fact. */
export const isFactKey = (key: string): key is FactKey => Object.hasOwn(Facts.properties, key);
