/** Tar archives as nobody's tar would write them, and those of GNU tar. */

/** A member of an archive. */
export interface Member {
  name: string;
  type?: string;
  data?: Buffer;
  link?: string;
  mode?: number;
  /** Fields that are written as they are, by their place in the header. */
  fields?: Record<number, string | Buffer>;
  /** Records of an extended header in front of it. */
  pax?: Record<string, string | Buffer>;
}

const block = 512;

/** An archive of these members. */
export const tarOf = (members: Member[], end = 2 * block): Buffer =>
  Buffer.concat([...members.map(memberBytes), Buffer.alloc(end)]);

function memberBytes({ pax, ...member }: Member): Buffer {
  if (!pax) return plainBytes(member);
  const records = Object.entries(pax).map(([key, value]) => {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
    let length = rest.length + 1;
    while (String(length).length + rest.length > length) length += 1;
    return Buffer.concat([Buffer.from(String(length)), rest]);
  });
  const header = plainBytes({ name: 'pax', type: 'x', data: Buffer.concat(records) });
  return Buffer.concat([header, plainBytes(member)]);
}

function plainBytes({
  name,
  type = '0',
  data = Buffer.alloc(0),
  link = '',
  mode = 0o644,
  fields = {},
}: Member): Buffer {
  const header = Buffer.alloc(block);
  header.write(name, 0, 100);
  header.write(mode.toString(8).padStart(7, '0'), 100);
  header.write('0000000', 108);
  header.write('0000000', 116);
  header.write(data.length.toString(8).padStart(11, '0'), 124);
  header.write('00000000144', 136);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write('ustar\x0000', 257);
  for (const [at, value] of Object.entries(fields)) Buffer.from(value).copy(header, Number(at));
  header.fill(' ', 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = (block - (data.length % block)) % block;
  return Buffer.concat([header, data, Buffer.alloc(padding)]);
}
