import type { Reporter, TestModule } from 'vitest/node';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Ends a run with one plain line, `N passed, N failed`, for whoever reads the output by program. Of a file that was run
 * once more the last time counts.
 */
export default class ClosingLine implements Reporter {
  readonly #modules = new Map<string, Count>();
  #errors = 0;

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    for (const module of modules)
      this.#modules.set(`${module.project.name} ${module.moduleId}`, countOf(module));
    this.#errors += errors.length;
    const count: Count = { passed: 0, failed: this.#errors, skipped: 0 };
    for (const { passed, failed, skipped } of this.#modules.values()) {
      count.passed += passed;
      count.failed += failed;
      count.skipped += skipped;
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    console.log(`${count.passed} passed, ${count.failed} failed${skipped}`);
  }
}

function countOf(module: TestModule): Count {
  const count: Count = { passed: 0, failed: module.errors().length > 0 ? 1 : 0, skipped: 0 };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed' || state === 'failed' || state === 'skipped') count[state] += 1;
  }
  return count;
}
