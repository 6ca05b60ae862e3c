import { existsSync, statSync } from 'node:fs';
import { LevitateError } from '../errors.js';
import type { CliCommand } from './cli-command.js';

interface Arguments {
  host?: string | undefined;
  profile?: string | undefined;
  /** The one image that stands where PROFILE would. */
  image?: string | undefined;
  /** Each is to be `TARGET=IMAGE`. */
  images?: string[];
}

/**
 * Refuses arguments that stand in each other's place, before anything is made of them.
 * @throws LevitateError USAGE that says what each is taken for, with the line in its right order
 */
export function checkArguments(command: CliCommand, given: Arguments): void {
  const { host, profile, image, images = [] } = given;
  const refuse = (argument: string, taken: string, place: string): never => {
    throw new LevitateError('USAGE', `'${argument}' ${taken}, where ${place} belongs`, {
      hint: `Write: ${rightLines(command, given).join(', or: ')}`,
    });
  };
  if (host !== undefined) {
    const swapped = profile !== undefined && !existsSync(profile) && isFile(host);
    const taken = notHost(host) ?? (swapped ? 'is a file' : undefined);
    if (taken !== undefined) refuse(host, taken, 'HOST');
  }
  if (profile !== undefined) {
    const taken = existsSync(profile) && !isImage(profile) ? undefined : notProfile(profile);
    if (taken !== undefined) refuse(profile, taken, 'PROFILE');
  }
  for (const pair of images) {
    const taken = notTargetWithImage(pair);
    if (taken !== undefined) refuse(pair, taken, 'TARGET=IMAGE');
  }
  if (image !== undefined && !existsSync(image)) {
    const taken = isLogin(image) || isAddress(image) ? 'is a host' : undefined;
    if (taken !== undefined) refuse(image, taken, 'IMAGE');
  }
}

/** Whether what stands where PROFILE may, with nothing behind it, is the one image: neither a profile nor a target's. */
export const isLoneImage = (text: string): boolean =>
  !isProfile(text) && (isFile(text) || !text.replace(/#[^#]*$/, '').includes('='));

/** The same arguments in the order of a form, where it is clear which is which; else the forms of the command. */
function rightLines(command: CliCommand, { host, profile, images = [] }: Arguments): string[] {
  const all = [host, profile, ...images].filter((one) => one !== undefined);
  const pairs = all.filter((one) => isPair(one) && notTargetWithImage(one) === undefined);
  const profiles = all.filter((one) => isProfile(one) || (isFile(one) && !isImage(one)));
  const hosts = all.filter((one) => !profiles.includes(one) && notHost(one) === undefined);
  const sorted = [...hosts, ...profiles, ...pairs];
  const places = command.registeredArguments.map((one) => one.name());
  const complete =
    new Set(sorted).size === all.length &&
    hosts.length === 1 &&
    profiles.length === (places.some((name) => name.startsWith('PROFILE')) ? 1 : 0) &&
    pairs.length > 0 === places.includes('TARGET=IMAGE');
  if (complete) return [`${command.path} ${sorted.join(' ')}`];
  return command.forms.map((form) => `${command.path} ${form}`);
}

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
const isProfile = (text: string): boolean => /\.ya?ml$/i.test(text);
const isPair = (text: string): boolean => /^[^/@=]+=/.test(text);
const isLogin = (text: string): boolean => /^[^/=@\s]+@[^/=@\s]+$/.test(text);
const isAddress = (text: string): boolean =>
  /^(\d+(\.\d+){3}|[\da-f]*:[\da-f:]*:[\da-f:.]*(%\w+)?)$/i.test(text);
const isImage = (text: string): boolean =>
  /\.(img|bin|ubi|ubifs|squashfs|sqsh|ext[234]|iso|itb|fit|wic|raw|trx|swu|raucb|sdimg|gz|xz|zst|bz2|lz4|lzma|lz|lzo|zip|7z|tar|tgz)$/i.test(
    text,
  );

function notProfile(text: string): string | undefined {
  if (isPair(text)) return 'is a target with its image';
  if (isLogin(text) || isAddress(text)) return 'is a host';
  return isImage(text) ? 'is an image' : undefined;
}

function notHost(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (/[\s\x00-\x1f\x7f]/.test(text)) return 'has a blank in it';
  if (isPair(text)) return 'is a target with its image';
  if (isProfile(text)) return 'is a profile';
  if (isImage(text)) return 'is an image';
  if (/^(https?|ftp):/i.test(text)) return 'is a URL';
  return text.includes('/') && !text.startsWith('ssh://') ? 'is a path' : undefined;
}

function notTargetWithImage(text: string): string | undefined {
  const [target = '', ...rest] = text.split('=');
  const image = rest.join('=');
  if (isImage(target) && image !== '') return `has the image first (write ${image}=${target})`;
  if (rest.length > 0) return isLogin(target) ? 'has a host for a target' : undefined;
  if (isLogin(text) || isAddress(text)) return 'is a host';
  if (isProfile(text)) return 'is a profile';
  const lone = isImage(text) || existsSync(text);
  return lone ? `is an image without its target (write TARGET=${text})` : undefined;
}
