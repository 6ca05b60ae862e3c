import type { LevitateError } from '../../errors.js';
import type { AptHome } from './apt.js';
import type { PackageRecord } from './control.js';
import type { PinnedRecord } from './lock.js';
import type { Records } from './records.js';
import { openTrees, type Fetch, type PackageTree } from './tree.js';

/** Packages by name, which are found, fetched, extracted and kept open. */
export interface PackageSet {
  /** Opens packages; names that no source has are left out. */
  open(names: string[]): Promise<Map<string, PackageTree>>;
  /** The records of all packages that were opened, as a lock pins them. */
  opened(): PinnedRecord[];
  refresh(): Promise<void>;
  missing(name: string, reason: string): Promise<LevitateError>;
}

/** Makes a package set over one apt folder. */
export function makePackageSet(home: AptHome, records: Records, fetch: Fetch): PackageSet {
  const opened = new Map<string, PackageTree>();
  return {
    refresh: records.refresh,
    missing: records.missing,
    opened: () => [...opened.values()].map(({ record, content }) => ({ ...record, content })),
    async open(names) {
      const fresh = names.filter((name) => !opened.has(name));
      const found: PackageRecord[] = [...(await records.find(fresh)).values()];
      for (const tree of await openTrees(home, found, fetch)) opened.set(tree.record.name, tree);
      return new Map(
        names.flatMap((name) => {
          const tree = opened.get(name);
          return tree ? [[name, tree]] : [];
        }),
      );
    },
  };
}
