import {
  KindGuard,
  TypeRegistry,
  type Static,
  type TObject,
  type TSchema,
} from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { Ajv, type ErrorObject } from 'ajv';

/** It says what is wrong; compiling a schema for what is right would take longer than all the rest. */
const ajv = new Ajv({ strict: false, discriminator: true });

// A choice that names its discriminator, which TypeBox has no type for.
TypeRegistry.Set<TSchema & { oneOf: TSchema[] }>('Unsafe', ({ oneOf }, value) =>
  oneOf.some((branch) => Check(branch, value)),
);

/** Whether a value is what its schema says. */
export const isOf = <T extends TSchema>(schema: T, value: unknown): value is Static<T> =>
  Check(schema, value);

/** The fields of an object that are not what its schema says. */
export const faultyFields = ({ properties }: TObject, value: Record<string, unknown>): string[] =>
  Object.entries(properties).flatMap(([key, schema]) => {
    const missing = value[key] === undefined;
    const isFaulty = missing ? !KindGuard.IsOptional(schema) : !isOf(schema, value[key]);
    return isFaulty ? [key] : [];
  });

/**
 * What of a value is first found not to be what its schema says.
 * @returns the path of the field and what it must be, such as `held.0.pid must be integer`; nothing where all is well
 */
export function firstFault(schema: TSchema, value: unknown): string | undefined {
  if (Check(schema, value)) return undefined;
  const validate = ajv.compile(schema);
  validate(value);
  const fault = deepest(validate.errors ?? []);
  const at = fault?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  return `${at === '' ? 'it' : at} ${fault?.message ?? 'is wrong'}`;
}

/** The branches of a choice complain each; the one that was meant got furthest. */
const deepest = (errors: ErrorObject[]): ErrorObject | undefined =>
  errors.reduce<ErrorObject | undefined>(
    (best, error) =>
      best === undefined || error.instancePath.length > best.instancePath.length ? error : best,
    undefined,
  );
