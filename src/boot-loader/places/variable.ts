import type { LoaderPlace } from '../loader-place.js';

/** The vendor of the variables that UEFI itself defines (UEFI 2.10, 3.3). */
export const globalVendor = '8be4df61-93ca-11d2-aa0d-00e098032b8c';

/** The place that is a variable of UEFI, as efivarfs shows it: its attributes and its value; of none there is nothing at all. Pure. */
export const variablePlace = (name: string, vendor = globalVendor): LoaderPlace => ({
  kind: 'variable',
  words: [`${name}-${vendor}`],
  said: `the variable ${name} of UEFI`,
});

/** The place that is the numbers of all boot entries that UEFI has, four digits a line: it is only read. Pure. */
export const bootNumbersPlace = (): LoaderPlace => ({
  kind: 'variable',
  words: ['numbers'],
  said: 'the boot entries of UEFI',
});
