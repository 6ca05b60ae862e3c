/**
 * The order of the test files. One on devices begins, which builds them (lab/ready.ts); what needs no device runs beside
 * it. Then those on devices that take long, so that no worker is left alone with one at the end.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By how long they take beside others, the longest first; below this folder. */
const long = [
  'e2e/inits',
  'e2e/sbc',
  'e2e/holders',
  'e2e/deploy',
  'e2e/power-cuts',
  'e2e/router-cut',
  'e2e/router-alone',
  'e2e/watchdog',
  'e2e/router-volume',
  'e2e/router-enter',
  'lab/lab',
  'e2e/network-router',
  'e2e/router-refusals',
  'e2e/systemd-second-way',
  'e2e/router-preflight',
  'e2e/router-interrupt',
  'e2e/busybox-inittab',
];

export class LongestFirst extends BaseSequencer {
  /** Takes all files of a run, gives them in the order in which workers take them. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = long.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      if (place === 0) return -2;
      if (place > 0) return place;
      return moduleId.includes('/e2e/') ? long.length : -1;
    };
    return rest.toSorted((a, b) => rank(a) - rank(b));
  }
}
