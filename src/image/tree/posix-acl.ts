/** Numbers of the kinds of entries in their order, and whether each names somebody (Linux `include/uapi/linux/posix_acl.h`). */
const tags = {
  owner: 0x01,
  user: 0x02,
  'own-group': 0x04,
  group: 0x08,
  mask: 0x10,
  other: 0x20,
} as const;

/** What the kernel has for an entry that names nobody. */
const nobody = 0xffffffff;

/** One entry of an ACL. */
interface AclEntry {
  tag: number;
  permissions: number;
  id: number;
}

/** An ACL as an extended attribute has it, or why a text is none that the kernel would keep. */
export type Acl = { value: Buffer; mode: number; isMode: boolean } | { refused: string };

/**
 * Makes of an ACL in the text form of acl_from_text(3), as tar archives have it (`SCHILY.acl.access`, `SCHILY.acl.default`), the value
 * of the attribute `system.posix_acl_access` or `system.posix_acl_default` (Linux `include/uapi/linux/posix_acl_xattr.h`). Users and
 * groups count by numbers; star and libarchive write them behind the permissions. Pure.
 * @returns the value, the permissions that a file with it has in its mode, and whether it says no more than these do
 */
export function posixAcl(text: string): Acl {
  const entries: AclEntry[] = [];
  for (const line of text.split(/[,\n]/).map((one) => one.replace(/#.*$/, '').trim())) {
    if (line === '') continue;
    const entry = entryOf(line);
    if (typeof entry === 'string') return { refused: entry };
    entries.push(entry);
  }
  entries.sort((one, other) => one.tag - other.tag || one.id - other.id);
  const of = (tag: number) => entries.filter((entry) => entry.tag === tag);
  const isNamed = entries.some(({ id }) => id !== nobody);
  const each = [of(tags.owner), of(tags['own-group']), of(tags.other)];
  const masks = of(tags.mask).length;
  if (each.some((found) => found.length !== 1) || masks > 1 || (isNamed && masks === 0))
    return { refused: 'lacks an entry, or has one twice' };
  if (entries.some(({ tag, id }, at) => tag === entries[at - 1]?.tag && id === entries[at - 1]?.id))
    return { refused: 'names somebody twice' };
  const [owner, group, other] = each.map(([entry]) => entry!.permissions) as [
    number,
    number,
    number,
  ];
  const mode = (owner << 6) | ((of(tags.mask)[0]?.permissions ?? group) << 3) | other;
  return { value: valueOf(entries), mode, isMode: entries.length === 3 };
}

function entryOf(line: string): AclEntry | string {
  const [kind = '', name = '', permissions = '', number = name, ...rest] = line.split(':');
  const bits = /^([r-])([w-])([x-])$/.exec(permissions);
  if (!bits || rest.length > 0) return `has the entry ${line}`;
  const tag = tagOf(kind, name);
  if (tag === undefined) return `has the entry ${line}`;
  const value = [4, 2, 1].reduce((sum, bit, at) => sum + (bits[at + 1] === '-' ? 0 : bit), 0);
  if (tag !== tags.user && tag !== tags.group) return { tag, permissions: value, id: nobody };
  const id = /^[0-9]{1,10}$/.test(number) ? Number(number) : nobody;
  return id < nobody ? { tag, permissions: value, id } : `names ${name} by no number`;
}

function tagOf(kind: string, name: string): number | undefined {
  switch (kind) {
    case 'u':
    case 'user':
      return name === '' ? tags.owner : tags.user;
    case 'g':
    case 'group':
      return name === '' ? tags['own-group'] : tags.group;
    case 'm':
    case 'mask':
      return name === '' ? tags.mask : undefined;
    case 'o':
    case 'other':
      return name === '' ? tags.other : undefined;
    default:
      return undefined;
  }
}

/** Version 2, and eight bytes for each entry. */
function valueOf(entries: readonly AclEntry[]): Buffer {
  const value = Buffer.alloc(4 + 8 * entries.length);
  value.writeUInt32LE(2, 0);
  for (const [at, { tag, permissions, id }] of entries.entries()) {
    value.writeUInt16LE(tag, 4 + 8 * at);
    value.writeUInt16LE(permissions, 6 + 8 * at);
    value.writeUInt32LE(id, 8 + 8 * at);
  }
  return value;
}
