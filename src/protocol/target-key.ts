/**
 * Gives the name by which the flasher knows a target that was written to: in its status, in its journal and among the files of
 * its state (`find_key` in flasher/target.sh). Pure.
 * @param args the flasher's arguments for the target, the kind's name first
 */
export function targetKey([kind = '', ...args]: readonly string[]): string {
  // tr(1) replaces byte by byte.
  const bytes = Buffer.from(args.join(' ')).toString('latin1');
  return `${kind}-${bytes.replace(/[^A-Za-z0-9]/g, '_')}`;
}
