import { isAlias, isMap, isNode, isScalar, isSeq, type Document } from 'yaml';

/** Where something stands, and the value that stands there, if it is one. */
export interface Position {
  offset: number;
  node: unknown;
}

/**
 * Where a key path stands in a document, as an offset into its text. What is not there is placed at the innermost
 * key above it that is, without a node.
 */
export function positionOf(
  document: Document,
  path: readonly (string | number)[],
  at: 'key' | 'value',
): Position {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyText(key) === String(step));
      if (!pair) return { offset, node: undefined };
      const last = depth === path.length - 1;
      const key = startOf(pair.key) ?? offset;
      node = pair.value;
      offset = last && at === 'value' ? (startOf(node) ?? key) : key;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else {
      return { offset, node: undefined };
    }
  }
  return { offset, node };
}

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key);

const startOf = (node: unknown): number | undefined =>
  isNode(node) && node.range ? node.range[0] : undefined;
