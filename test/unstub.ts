/** The last test of a file leaves no environment of its own to the files behind it, which run in the same process. */
import { afterAll, vi } from 'vitest';

afterAll(() => {
  vi.unstubAllEnvs();
});
