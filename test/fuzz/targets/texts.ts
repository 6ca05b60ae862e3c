import { readFileSync } from 'node:fs';
import { parseModuleList } from '../../../src/device/module-list.js';
import { parseHostKeys } from '../../../src/ssh/host-keys.js';
import { readSshLog, sshFailure } from '../../../src/ssh/openssh-log.js';
import { normalise } from '../../../src/profile/normalise.js';
import { parseProfile } from '../../../src/profile/parse.js';
import { NotPublicKeys, parsePublicKeys } from '../../../src/profile/public-keys.js';
import { moduleCatalogue } from '../../../src/rootfs/module-catalogue.js';
import { parsePackages } from '../../../src/sources/debian/control.js';
import { lockText, parseLock } from '../../../src/sources/debian/lock.js';
import { parseLoaderConfiguration } from '../../../src/sources/loader.js';
import { mutateText } from '../mutate.js';
import { judged, type FuzzTarget } from '../target.js';

const profiles = ['router-ubi', 'sbc-systemd', 'ap-arm64'].map((name) =>
  readFileSync(`profiles/${name}.yaml`, 'utf8'),
);

/** A profile: what is taken has its normal form. */
export const profileTarget: FuzzTarget = {
  name: 'profile',
  prepare: () =>
    Promise.resolve((random) => {
      const input = mutateText(random, random.pick(profiles));
      return judged(input, () => {
        const { raw } = parseProfile(input, 'profile.yaml');
        return normalise(raw, { authorizedKeys: [], files: {}, sysroots: {} });
      });
    }),
};

const digest = 'ab'.repeat(32);
const lock = lockText({
  arch: 'x86_64',
  release: 'bookworm',
  asked: digest,
  packages: ['busybox-static', 'dropbear-bin'].map((name) => ({
    name,
    version: '1:1.35.0-4+b3',
    architecture: 'amd64',
    sha256: digest,
    content: digest,
    size: 4711,
    file: `pool/main/b/${name}.deb`,
    depends: [['libc6', 'libc6-udeb'], ['zlib1g']],
  })),
});

/** A lock: what is taken is written again as a lock that says the same. */
export const lockTarget: FuzzTarget = {
  name: 'lock',
  prepare: () =>
    Promise.resolve((random) => {
      const input = mutateText(random, lock);
      return judged(
        input,
        () => parseLock(input, 'x.lock'),
        (read) => {
          const again = lockText(parseLock(lockText(read), 'x.lock'));
          if (again !== lockText(read)) throw new Error('written again, it is another lock');
        },
      );
    }),
};

const records = `Package: busybox-static
Version: 1:1.35.0-4+b3
Architecture: amd64
Pre-Depends: libc6 (>= 2.36) | libc6-udeb
Depends: zlib1g:any, debconf (>= 0.5) | debconf-2.0
Description: small programs
 more of it
Size: 4711
SHA256: ${digest}
Filename: pool/main/b/busybox.deb

`;

const tables = {
  'modules.dep': 'kernel/a.ko.xz: kernel/b.ko.xz\nkernel/b.ko.xz:\n',
  'modules.builtin': 'kernel/c.ko\n',
  'modules.softdep': 'softdep a pre: crc32c post: x\n',
  'modules.alias': 'alias crypto-crc32c b\nalias fs-x a\n',
};

const keys = `# comment
ssh-ed25519 ${Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0 12345678901234567890123456789012').toString('base64')} me
`;

const log = `debug1: Connecting to box [127.0.0.1] port 22.
debug2: channel 0: rcvd eof
Permission denied (publickey).
debug1: Exit status 255
`;

/** Texts whose readers take anything, and must only be quick about it. */
export const textTarget: FuzzTarget = {
  name: 'texts',
  prepare: () =>
    Promise.resolve((random) => {
      const mutate = (text: string): string => mutateText(random, text);
      const input = mutate(random.pick([records, keys, log, ...Object.values(tables)]));
      return judged(
        input,
        () => {
          parsePackages(input);
          parseHostKeys(input);
          sshFailure('box', readSshLog(input).messages);
          parseModuleList(input.split('\n'));
          parseLoaderConfiguration(input);
          const all = Object.fromEntries(
            Object.entries(tables).map(([name, text]) => [name, random.once(2) ? input : text]),
          );
          const catalogue = moduleCatalogue(['kernel/a.ko.xz', 'kernel/b.ko.xz'], all);
          for (const name of ['a', 'b', 'c', 'fs-x', '__proto__']) {
            catalogue.aliased(name);
            catalogue.wantsBefore(name);
            catalogue.needs(name);
          }
          parsePublicKeys(input);
        },
        undefined,
        [NotPublicKeys],
      );
    }),
};
