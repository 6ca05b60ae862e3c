import {
  coreEndOf,
  coreSectorOf,
  isGrub,
  placedBeside,
  roomForCore,
  besideRecipe,
} from '../../boot-image/grub-beside.js';
import { grubImages } from '../../boot-image/grub-images.js';
import { identityOf } from '../../device/identity.js';
import { isSameDevice } from '../../device/kept-files.js';
import type { FoundGround } from '../../device/migrate-script.js';
import type { ImageIndex } from '../../image/image.js';
import type { MigrateSpec, Profile } from '../../profile/profile.js';
import type { Migration } from '../../protocol/migration-file.js';
import type { Examined } from '../enter/enter.js';

/** Why a device cannot get another system beside its own, and what to do about it. */
export interface NoGround {
  /** Why: a sentence without a stop. */
  why: string;
  /** What to do about it. */
  advice: string;
}

/** The mark at the end of the first page of swap (mm/swapfile.c). */
const swapMark = 'SWAPSPACE2';
const pageBytes = 4096;

/** Whether bytes are the first page of swap. Pure. */
const isSwap = (front: Buffer): boolean =>
  front.toString('latin1', pageBytes - swapMark.length, pageBytes) === swapMark;

/**
 * Decides where the parts of another boot loader go, and how each is undone.
 * @param before what is kept of a migration that was begun and not undone: the partition is not swap any more
 */
export async function prepareGround(
  found: FoundGround,
  { facts }: Pick<Examined, 'facts'>,
  { host, spec, node, uuid, image }: AskedMigration,
  before: Migration | undefined,
): Promise<Migration | NoGround> {
  const device = identityOf(facts);
  const isSame = before?.node === node && before.root === found.root;
  const begun = isSame && isSameDevice(before.device, device) ? before : undefined;
  const refusal = startFault(spec, image) ?? refusalOf(found, node, begun !== undefined);
  if (refusal) return refusal;
  const loader = loaderOf(found, begun) ?? (await newLoader(found));
  if ('why' in loader) return loader;
  return {
    host,
    device,
    at: new Date().toISOString(),
    into: spec.into,
    node,
    disk: found.disk.node,
    root: found.root,
    front: begun?.front ?? found.front.toString('hex'),
    oldBoot: loader.oldBoot,
    newBoot: loader.newBoot,
    coreSector: loader.coreSector,
    core: loader.core,
    words: startWords(spec, image, uuid, node),
    cards: found.cards,
  };
}

type Loader = Pick<Migration, 'oldBoot' | 'newBoot' | 'coreSector' | 'core'>;

/** The boot loader of a migration before, where the disk starts by it already. */
const loaderOf = ({ boot }: FoundGround, begun: Migration | undefined): Loader | undefined =>
  begun?.newBoot === boot.toString('hex') ? begun : undefined;

async function newLoader({
  boot: oldBoot,
  core,
  disk,
  partitions,
  number,
}: FoundGround): Promise<Loader | NoGround> {
  const grub = await grubImages(besideRecipe(number, disk.isGpt));
  if ('why' in grub)
    return { why: grub.why, advice: 'levitate makes the boot loader of the new system by it.' };
  const from = coreSectorOf(oldBoot);
  const old = { from, end: coreEndOf(core!, from) };
  const room = roomForCore(old, Math.ceil(grub.core.length / 512), partitions, disk.isGpt);
  if (typeof room !== 'number')
    return {
      why: room.why,
      advice:
        'Make the partition for the boot loader larger, or write an image of the whole disk: levitate deploy.',
    };
  const { boot: newBoot, coreSector, core: newCore } = placedBeside(grub, room, oldBoot);
  return {
    oldBoot: oldBoot.toString('hex'),
    newBoot: newBoot.toString('hex'),
    coreSector,
    core: newCore.toString('hex'),
  };
}

/** A migration that is asked for. */
export interface AskedMigration {
  /** The device, as it was named. */
  host: string;
  /** What the profile says of it. */
  spec: MigrateSpec;
  /** The partition of the new system. */
  node: string;
  /** The UUID that its file system gets. */
  uuid: string;
  /** The archive of the new system. */
  image: ImageIndex;
}

function refusalOf(found: FoundGround, node: string, resumed: boolean): NoGround | undefined {
  const whole = 'Write an image of the whole disk in its place: levitate deploy.';
  if (found.firmware === 'uefi')
    return {
      why: 'it starts by UEFI, and levitate puts a boot loader beside another for the BIOS of a PC alone',
      advice: whole,
    };
  if (found.disk.sectorBytes !== 512)
    return {
      why: `the sectors of ${found.disk.node} have ${found.disk.sectorBytes} bytes`,
      advice: whole,
    };
  if (!isGrub(found.boot) || !found.core)
    return { why: `no GRUB starts ${found.disk.node}`, advice: whole };
  if (!found.partitions.some((one) => one.node === found.root))
    return {
      why: `the old system is on ${found.root || 'no disk'}, and not on a partition of ${found.disk.node}`,
      advice: whole,
    };
  if (found.root === node)
    return {
      why: `the old system is on ${node} itself`,
      advice: 'migrate.into of the profile names the partition that is freed.',
    };
  if (!resumed && !isSwap(found.front))
    return {
      why: `${node} is no swap, and what is on it could not be put back`,
      advice:
        'migrate.into of the profile names a partition of swap. mkswap makes one of a partition that nobody needs.',
    };
  return undefined;
}

const inTree = ({ tree }: ImageIndex, path: string): boolean =>
  tree?.entries.some(({ name }) => `/${name}` === path) ?? false;

/** The initramfs of the new system; undefined where it has none. Pure. */
export const initrdOf = ({ start }: MigrateSpec, image: ImageIndex): string | undefined =>
  start.initrd ?? (inTree(image, '/boot/initrd.img') ? '/boot/initrd.img' : undefined);

/** Why the files of the new system do not start; nothing where they may. Pure. */
export function startFault(spec: MigrateSpec, image: ImageIndex): NoGround | undefined {
  const lacking = [spec.start.kernel, spec.start.initrd].find(
    (path) => path !== undefined && !inTree(image, path),
  );
  return lacking === undefined
    ? undefined
    : {
        why: `the new system has no ${lacking}`,
        advice: 'migrate.start of the profile names its kernel and its initramfs.',
      };
}

/** Without an initramfs, the kernel itself knows partitions alone. */
const startWords = (spec: MigrateSpec, image: ImageIndex, uuid: string, node: string): string =>
  spec.start.words ?? (initrdOf(spec, image) ? `root=UUID=${uuid} ro` : `root=${node} rw`);

/** The profile with all that a migration means for its parts. Pure. */
export function withMigration(profile: Profile, spec: MigrateSpec, uuid: string): Profile {
  const target = profile.targets[spec.into]!;
  const { commands, keep } = profile;
  const paths = spec.carry.flatMap((word) => carriedPaths[word]);
  const before = [...(commands?.beforeEnter ?? []), ...spec.before];
  return {
    ...profile,
    targets: { ...profile.targets, [spec.into]: { uuid, ...target } as typeof target },
    ...(paths.length > 0 || keep
      ? {
          keep: {
            ...{ within: '', mountedAt: '/', as: 'files' },
            ...keep,
            into: spec.into,
            paths: [...(keep?.paths ?? []), ...paths.map((path) => ({ path, required: false }))],
          },
        }
      : {}),
    ...(before.length > 0
      ? { commands: { beforeEnter: before, afterFlash: commands?.afterFlash ?? [] } }
      : {}),
  };
}

/** Files that mean the same in every system; what the network is made of is written anew. */
const carriedPaths: Record<MigrateSpec['carry'][number], string[]> = {
  network: [],
  wifi: [
    '/etc/wpa_supplicant/wpa_supplicant.conf',
    '/etc/NetworkManager/system-connections',
    '/var/lib/iwd',
  ],
  'host-keys': [
    ...['rsa', 'ecdsa', 'ed25519'].flatMap((type) => [
      `/etc/ssh/ssh_host_${type}_key`,
      `/etc/ssh/ssh_host_${type}_key.pub`,
      `/etc/dropbear/dropbear_${type}_host_key`,
    ]),
  ],
  logins: ['/root/.ssh/authorized_keys', '/etc/dropbear/authorized_keys'],
  hostname: ['/etc/hostname'],
};
