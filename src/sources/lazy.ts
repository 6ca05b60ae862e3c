import type { Source } from './source.js';

/**
 * A source that is opened when it is first asked for something.
 * @param shown what it is called before it is open, for messages
 * @param open called once
 */
export function lazySource(shown: string, open: () => Promise<Source>): Source {
  let opening: Promise<Source> | undefined;
  let opened: Source | undefined;
  const source = async (): Promise<Source> => (opened = await (opening ??= open()));
  return {
    programs: async (requests) => (await source()).programs(requests),
    library: async (...asked) => (await source()).library(...asked),
    loaderDirectories: async (loader) => (await source()).loaderDirectories(loader),
    searched: (unit, name) => opened?.searched(unit, name) ?? shown,
    async *kernels(kernel) {
      yield* (await source()).kernels(kernel);
    },
  };
}
