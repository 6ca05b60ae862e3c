/** Variables of UEFI as efivarfs shows them: 32 bits of attributes, then the value (Linux: Documentation/filesystems/efivarfs.rst). */

/** Kept without power, and there for the firmware as for the running system (UEFI 2.10, 8.2.1). */
const attributes = Buffer.from([0x07, 0, 0, 0]);

/** The value of a variable; undefined where there is no such variable. Pure. */
export const variableData = (variable: Uint8Array | undefined): Buffer | undefined =>
  variable && variable.length > attributes.length
    ? Buffer.from(variable).subarray(attributes.length)
    : undefined;

/** A variable of this value. Pure. */
export const variableOf = (value: Uint8Array): Buffer => Buffer.concat([attributes, value]);

/** The numbers of boot entries that a variable lists; half a number is none. Pure. */
export function numbersIn(variable: Uint8Array | undefined): number[] {
  const value = variableData(variable) ?? Buffer.alloc(0);
  return Array.from({ length: Math.floor(value.length / 2) }, (_, at) =>
    value.readUInt16LE(2 * at),
  );
}

/** A variable that lists these boot entries. Pure. */
export function numbersVariable(numbers: readonly number[]): Buffer {
  const value = Buffer.alloc(2 * numbers.length);
  numbers.forEach((number, at) => value.writeUInt16LE(number, 2 * at));
  return variableOf(value);
}

/** The name of the variable with a boot entry. Pure. */
export const entryVariable = (number: number): string =>
  `Boot${number.toString(16).toUpperCase().padStart(4, '0')}`;
