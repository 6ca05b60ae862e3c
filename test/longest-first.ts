/** The order of the test files: those that take long begin first, so that no worker is left alone with one at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By what they took on two idle cores, the longest first. */
const long = [
  'inits',
  'router-cut',
  'watchdog',
  'router-enter',
  'sbc-bad-luck',
  'holders',
  'probe',
  'deploy',
];

export class LongestFirst extends BaseSequencer {
  /** Takes all files of a run, gives them in the order in which workers take them. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = long.findIndex((name) => moduleId.endsWith(`/e2e/${name}.test.ts`));
      if (place >= 0) return place;
      return moduleId.includes('/e2e/') ? long.length : long.length + 1;
    };
    return rest.toSorted((a, b) => rank(a) - rank(b));
  }
}
