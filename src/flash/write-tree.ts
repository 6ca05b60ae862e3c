import { LevitateError } from '../errors.js';
import { aboutFormat } from '../image/format/formats.js';
import type { ImageIndex } from '../image/image.js';
import type { TreeIndex } from '../image/tree/tree.js';
import { report } from '../progress.js';
import type { Context, Job, Outlook, Refusal, TargetFacts, TreeReport } from './kind.js';
import { sysupgradeTargets } from './refusals.js';
import { completeSteps, type Step } from './steps.js';
import { TreeComparison } from './tree-differences.js';

/** Tells why an image is no tree, or nothing. Pure. */
export function noTree(image: ImageIndex, { name }: TargetFacts): Refusal | undefined {
  if (image.tree) return undefined;
  const { format, raw } = image;
  const what =
    format === 'unknown' || raw ? 'bytes that are taken as they are' : aboutFormat(format).title;
  return {
    code: 'IMAGE_FORMAT',
    message: `${name} takes a tree of files in a tar archive, the image is ${what}`,
    hint:
      format === 'sysupgrade' && !raw
        ? sysupgradeTargets
        : 'A finished file system goes to a target of the form { partition: … }, { block: … } or { ubi-volume: … }.',
  };
}

/** The tree of an image that was checked. */
export function treeOf({ tree, path }: ImageIndex): TreeIndex {
  if (!tree) throw new Error(`${path} is no tree`);
  return tree;
}

/** What of an image a file system holds, for people. Pure. */
export const contentOf = ({ tree }: ImageIndex): string =>
  tree ? `${tree.files} files of ${tree.bytes} bytes` : 'nothing';

/** A tree is always put into a file system that is made anew: nothing is compared before. */
export function compareNothing(_context: Context, { state }: Job): Promise<void> {
  state.way = { way: 'full', why: 'its file system is made anew' };
  state.onMedium = { chunks: [], remains: [], lost: [] };
  return Promise.resolve();
}

/** Plans to make a file system, to fill it, and to compare what is in it. Pure. */
export function planTree(image: ImageIndex, node: string, fileSystem: string): Step[] {
  const touched = { touches: node, undoable: false };
  const chunks = [...image.chunks.keys()];
  return completeSteps(
    [
      { do: 'make', fileSystem, bytes: 0, ...touched },
      { do: 'write', chunks, bytes: image.length, ...touched },
    ],
    { remains: [], lost: [] },
    node,
    { how: 'tree', bytes: treeOf(image).bytes },
  );
}

/** The same for a file system beside the one that is there, which takes its place in the end. Pure. */
export function planTreeBeside(image: ImageIndex, within: string, fileSystem: string): Step[] {
  return [
    ...planTree(image, within, fileSystem).map((step) => ({ ...step, undoable: true })),
    { do: 'swap', bytes: 0, touches: within, undoable: false },
  ];
}

/**
 * Reads back all that is in the file system, mounted anew and past every cache, and compares it with the tree.
 * @param own folders that the file system has by itself
 * @throws LevitateError CONNECTION_LOST (the same call again carries on); VERIFY_FAILED naming what differs
 */
export async function compareTree(
  context: Context,
  { image, state, target, facts }: Job,
  own: readonly string[],
): Promise<TreeReport> {
  const tree = treeOf(image);
  const comparison = new TreeComparison(tree, own);
  await context.flasher.listTree((file) => {
    comparison.found(file);
    // What one connection after the other begins anew is progress only where it comes further.
    if (comparison.names > state.listed) {
      state.listed = comparison.names;
      state.progress += 1;
    }
    const { bytes: done } = comparison;
    report(context, {
      type: 'bytes',
      phase: 'verify',
      done: Math.min(done, tree.bytes),
      total: tree.bytes,
      subject: target,
    });
  }, context.signal);
  comparison.finish();
  const [first] = comparison.differences;
  if (first !== undefined)
    throw new LevitateError(
      'VERIFY_FAILED',
      `what was read back from ${facts.name} is not the tree: ${comparison.differences.join('; ')}`,
      {
        hint: 'The device stays in maintenance. Flash again; if it fails in the same place, the medium is worn out, or the file system cannot keep that.',
        data: { target, node: facts.node },
      },
    );
  return { names: comparison.names, files: tree.files, bytes: comparison.bytes };
}

/** Compares the tree, and lets the device note that it is whole. @throws LevitateError as `compareTree`; LEASE_LOST */
export async function verifyTree(
  context: Context,
  job: Job,
  lease: number,
  own: readonly string[],
): Promise<TreeReport> {
  const tree = await compareTree(context, job, own);
  if (!job.state.verified) {
    await context.flasher.verified(lease, job.image.sha256);
    job.state.verified = true;
  }
  return tree;
}

/** What putting a tree into a file system that is made in place means for what is there. Pure. */
export const treeOutlook = (facts: TargetFacts, kept: string[]): Outlook => ({
  lost: [`all that is in ${facts.name}`],
  kept,
  cut: 'The file system holds one folder with the part that has come; what boots from it does not boot. The same command makes the file system anew.',
  cutLeaves: 'nothing',
});
