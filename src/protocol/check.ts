import { KindGuard, type Static, type TObject, type TSchema } from '@sinclair/typebox';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

const ajv = new Ajv({ strict: false, discriminator: true });
const validators = new Map<TSchema, ValidateFunction>();

function validatorOf(schema: TSchema): ValidateFunction {
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  return validate;
}

/** Whether a value is what its schema says. */
export const isOf = <T extends TSchema>(schema: T, value: unknown): value is Static<T> =>
  validatorOf(schema)(value);

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
  const validate = validatorOf(schema);
  if (validate(value)) return undefined;
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
