import { join } from 'node:path';

/** The folder of the page, as it is served: beside this folder, in the sources and in the published package. */
export const pageFolder = join(import.meta.dirname, '../page');
