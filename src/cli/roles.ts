import { existsSync } from 'node:fs';
import { LevitateError } from '../errors.js';

/** How each command's words follow each other. */
const orders = {
  build: 'levitate build PROFILE -o FILE',
  probe: 'levitate probe HOST [PROFILE]',
  install: 'levitate install PROFILE HOST',
  uninstall: 'levitate uninstall HOST',
  enter: 'levitate enter HOST [PROFILE]',
  status: 'levitate status HOST',
  flash: 'levitate flash HOST TARGET=IMAGE …',
  leave: 'levitate leave HOST',
  deploy: 'levitate deploy PROFILE HOST TARGET=IMAGE …',
} as const;

export type CommandName = keyof typeof orders;

interface Words {
  profile?: string | undefined;
  host?: string | undefined;
  pairs?: string[];
}

/**
 * Refuses words that stand in each other's place, before anything is made of them.
 * @throws LevitateError USAGE that says what each is taken for, and the order
 */
export function checkWords(command: CommandName, { profile, host, pairs = [] }: Words): void {
  const refuse = (word: string, taken: string, place: string): never => {
    throw new LevitateError('USAGE', `'${word}' ${taken}, where ${place} belongs`, {
      hint: `The order of the words is: ${orders[command]}`,
    });
  };
  if (profile !== undefined) {
    const taken = existsSync(profile) && !isImage(profile) ? undefined : notProfile(profile);
    if (taken !== undefined) refuse(profile, taken, 'PROFILE');
  }
  if (host !== undefined) {
    const taken = notHost(host);
    if (taken !== undefined) refuse(host, taken, 'HOST');
  }
  for (const pair of pairs) {
    const taken = notPair(pair);
    if (taken !== undefined) refuse(pair, taken, 'TARGET=IMAGE');
  }
}

const isProfile = (word: string): boolean => /\.ya?ml$/i.test(word);
const isPair = (word: string): boolean => /^[^/@=]+=/.test(word);
const isLogin = (word: string): boolean => /^[^/=@\s]+@[^/=@\s]+$/.test(word);
const isAddress = (word: string): boolean =>
  /^(\d+(\.\d+){3}|[\da-f]*:[\da-f:]*:[\da-f:.]*(%\w+)?)$/i.test(word);
const isImage = (word: string): boolean =>
  /\.(img|bin|ubi|ubifs|squashfs|sqsh|ext[234]|iso|itb|fit|wic|raw|trx|swu|raucb|sdimg|gz|xz|zst|bz2|lz4|lzma|lzo|zip|7z|tar|tgz)$/i.test(
    word,
  );

function notProfile(word: string): string | undefined {
  if (isPair(word)) return 'is a target with its image';
  if (isLogin(word) || isAddress(word)) return 'is a host';
  return isImage(word) ? 'is an image' : undefined;
}

function notHost(word: string): string | undefined {
  if (word === '') return 'is empty';
  if (/[\s\x00-\x1f\x7f]/.test(word)) return 'has a blank in it';
  if (isPair(word)) return 'is a target with its image';
  if (isProfile(word)) return 'is a profile';
  if (isImage(word)) return 'is an image';
  if (/^(https?|ftp):/i.test(word)) return 'is a URL';
  return word.includes('/') && !word.startsWith('ssh://') ? 'is a path' : undefined;
}

function notPair(word: string): string | undefined {
  const [target = '', ...rest] = word.split('=');
  const image = rest.join('=');
  if (isImage(target) && image !== '') return `has the image first (write ${image}=${target})`;
  if (rest.length > 0) return isLogin(target) ? 'has a host for a target' : undefined;
  if (isLogin(word) || isAddress(word)) return 'is a host';
  if (isProfile(word)) return 'is a profile';
  const lone = isImage(word) || existsSync(word);
  return lone ? `is an image without its target (write TARGET=${word})` : undefined;
}
