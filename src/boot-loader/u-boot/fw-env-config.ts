/** A place of an environment by what the device calls it: a node, or a file of the running system. */
export interface EnvironmentLine {
  /** A device node, `/dev/ubi0:NAME`, or the path of a file. */
  path: string;
  /** Where in it the environment begins, in bytes. */
  offset: number;
  /** Bytes of the environment. */
  bytes: number;
}

/** A configuration that cannot be read; the message follows its name. */
export class NotFwEnvConfig extends Error {}

/** More than any environment has. */
const mostBytes = 1 << 20;

/**
 * Reads `/etc/fw_env.config`: a line for each copy, `DEVICE OFFSET SIZE [ERASESIZE [BLOCKS]]`, numbers as in C (tools/env/fw_env.config of
 * U-Boot). Pure.
 * @throws NotFwEnvConfig
 */
export function readFwEnvConfig(text: string): EnvironmentLine[] {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  if (lines.length === 0) throw new NotFwEnvConfig('names no environment');
  if (lines.length > 2) throw new NotFwEnvConfig('names more than two copies');
  return lines.map(readEnvironmentLine);
}

/**
 * Reads one of its lines. Pure.
 * @throws NotFwEnvConfig
 */
export function readEnvironmentLine(line: string): EnvironmentLine {
  const [path = '', offset, bytes] = line.trim().split(/\s+/);
  const read = { offset: number(offset), bytes: number(bytes) };
  if (!/^(\/[A-Za-z0-9_.:+@-]+)+$/.test(path)) throw new NotFwEnvConfig(`has the path ${path}`);
  if (read.offset === undefined) throw new NotFwEnvConfig(`has no offset for ${path}`);
  if (read.bytes === undefined || read.bytes < 16 || read.bytes > mostBytes)
    throw new NotFwEnvConfig(`has no size for ${path}`);
  return { path, offset: read.offset, bytes: read.bytes };
}

/** A number as strtoul(3) takes it with base 0. */
function number(text = ''): number | undefined {
  const [, hex, octal] = /^(?:0x([0-9a-f]{1,12})|0([0-7]{1,12}))$/i.exec(text) ?? [];
  if (hex !== undefined) return parseInt(hex, 16);
  if (octal !== undefined) return parseInt(octal, 8);
  return /^[0-9]{1,12}$/.test(text) ? Number(text) : undefined;
}
