import {
  besideConfiguration,
  besideEnvironment,
  besideFolder,
  besideNames,
} from '../../boot-image/grub-beside.js';
import { newEnvBlock } from '../../boot-loader/env-block.js';
import type { ImageIndex } from '../../image/image.js';
import { archiveEnd, archiveEntry, archivePadding } from '../../image/tree/tree-archive.js';
import type { TreeEntry } from '../../image/tree/tree.js';
import type { MigrateSpec } from '../../profile/profile.js';
import type { Migration } from '../../protocol/migration-file.js';
import { installFolder } from '../../device/hook.js';
import { trialLinks } from '../install/trial-inits.js';
import { trialParts } from '../install/trial-timer.js';
import { initrdOf } from './ground.js';
import {
  networkFiles,
  networkManagerOf,
  readNetwork,
  renamesCards,
  type ReadNetwork,
} from './network-files.js';

/** A file of a new system, or a symbolic link. */
export type NewFile =
  | {
      content: string | Uint8Array;
      /** Its permissions; those that everybody reads without. */
      mode?: number;
    }
  | { link: string };

/** Files that a new system gets besides those of its archive. */
export interface NewFiles {
  /** Path without the slash that it begins with → the file. */
  files: Record<string, NewFile>;
  /** What it does not get, and why: sentences without a stop. */
  lacking: string[];
}

/** After how long a new system reboots that nobody confirms, in seconds: it may be one that nobody can reach. */
export const confirmWithinSeconds = 600;

/**
 * Makes what the boot loader of a new system reads, the timer that ends its trial, and the network of the old one.
 * @param network the lines by which maintenance restores the network
 */
export async function newFiles(
  { words, oldBoot, cards }: Migration,
  spec: MigrateSpec,
  image: ImageIndex,
  network: string,
): Promise<NewFiles> {
  const folder = besideFolder.slice(1);
  const start = { kernel: spec.start.kernel, initrd: initrdOf(spec, image), words };
  const own = {
    [`${folder}/grub.cfg`]: { content: besideConfiguration(start) },
    [`${folder}/old.img`]: { content: Buffer.from(oldBoot, 'hex') },
    [besideEnvironment.slice(1)]: {
      content: newEnvBlock({
        lv_default: besideNames.old,
        lv_next: besideNames.new,
        lv_tries: '1',
      }),
    },
  };
  const names = new Set(image.tree?.entries.map(({ name }) => name));
  const parts = [
    await timer(names),
    ...(spec.carry.includes('network') ? [networkOf(readNetwork(network, cards), names)] : []),
  ];
  return {
    files: parts.reduce<NewFiles['files']>((all, { files }) => ({ ...all, ...files }), own),
    lacking: parts.flatMap(({ lacking }) => lacking),
  };
}

/** The trial timer of `install --root`, where its init system starts it. */
async function timer(names: ReadonlySet<string>): Promise<NewFiles> {
  if (!names.has('usr/lib/systemd/system'))
    return {
      files: {},
      lacking: [
        'trial timer: only systemd starts it, so that a new system that comes up without network has to be reset by hand, which leads to the old one',
      ],
    };
  const parts = await trialParts({ boot: { confirmWithinSeconds } });
  return {
    files: Object.fromEntries([
      ...Object.entries(parts).map(([name, { bytes, mode }]): [string, NewFile] => [
        `${installFolder.slice(1)}/${name}`,
        { content: bytes, mode },
      ]),
      ...Object.entries(trialLinks).map(([name, link]): [string, NewFile] => [name, { link }]),
    ]),
    lacking: [],
  };
}

function networkOf({ cards, notCarried }: ReadNetwork, names: ReadonlySet<string>): NewFiles {
  const manager = networkManagerOf(names);
  const renames = renamesCards(names);
  const why = networkFault(manager !== undefined, renames, cards.length);
  const lacking = [...notCarried, ...(why === undefined ? [] : [why])].map(
    (reason) => `network: ${reason}`,
  );
  if (manager === undefined || why !== undefined) return { files: {}, lacking };
  const files = Object.entries(networkFiles(cards, manager, renames));
  // netplan warns of a file that others may read.
  const mode = manager === 'netplan' ? { mode: 0o600 } : {};
  return {
    files: Object.fromEntries(files.map(([name, content]) => [name, { content, ...mode }])),
    lacking,
  };
}

/** Why the network of the old system cannot be written for the new one: a sentence without a stop. Pure. */
export function networkFault(
  isKnown: boolean,
  renames: boolean,
  cards: number,
): string | undefined {
  if (!isKnown)
    return 'the new system has neither netplan nor ifupdown nor systemd-networkd, for which levitate would write it';
  return !renames && cards > 1
    ? 'there are several network cards, and without udev nobody knows which of them is eth0 in the new system'
    : undefined;
}

/** Packs files as the helper on the device takes them, each with the folders that lead to it. Pure. */
export function packFiles(files: NewFiles['files'], seconds: number): Buffer {
  const entry = (name: string, kind: TreeEntry['kind'], mode: number, more = {}): Buffer =>
    archiveEntry(
      {
        ...{ name, kind, mode, uid: 0, gid: 0, mtime: seconds },
        ...{ size: 0, attributes: {}, attributeBytes: 0, ...more },
      },
      [],
    );
  const names = Object.keys(files);
  const folders = new Set(
    names.flatMap((name) => {
      const parts = name.split('/').slice(0, -1);
      return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    }),
  );
  return Buffer.concat([
    ...[...folders].sort().map((name) => entry(name, 'folder', 0o755)),
    ...Object.entries(files).flatMap(([name, file]) => {
      if ('link' in file) return [entry(name, 'link', 0o777, { link: file.link })];
      const content = Buffer.from(file.content);
      const size = content.length;
      return [entry(name, 'file', file.mode ?? 0o644, { size }), content, archivePadding(size)];
    }),
    archiveEnd,
  ]);
}
