import type { LevitateError } from '../../errors.js';
import type { AptHome } from './apt.js';
import type { PackageRecord } from './control.js';
import { openRecords } from './records.js';
import { openTrees, type PackageTree } from './tree.js';

/** Packages by name: found, fetched, extracted and kept open. */
export interface Shelf {
  /** Opens packages; names that no source has are left out. */
  open(names: string[]): Promise<Map<string, PackageTree>>;
  refresh(): Promise<void>;
  missing(name: string, reason: string): Promise<LevitateError>;
}

/** A shelf over one apt folder. */
export async function openShelf(home: AptHome, warn: (message: string) => void): Promise<Shelf> {
  const records = await openRecords(home, warn);
  const opened = new Map<string, PackageTree>();
  return {
    refresh: records.refresh,
    missing: records.missing,
    async open(names) {
      const fresh = names.filter((name) => !opened.has(name));
      const found: PackageRecord[] = [...(await records.find(fresh)).values()];
      for (const tree of await openTrees(home, found)) opened.set(tree.record.name, tree);
      return new Map(
        names.flatMap((name) => {
          const tree = opened.get(name);
          return tree ? [[name, tree]] : [];
        }),
      );
    },
  };
}
