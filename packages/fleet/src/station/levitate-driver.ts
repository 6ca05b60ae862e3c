import type { DeployResult, ProbedFacts } from 'levitate';
import type { Deployed, Driver, Seen } from './driver.js';

/**
 * Deploys with levitate, over SSH.
 * @param sshConfig an ssh_config in place of this user's own
 */
export const levitateDriver = (sshConfig?: string): Driver => {
  const ssh = sshConfig === undefined ? {} : { sshConfig };
  return {
    look: async ({ host }) => {
      const { probe } = await import('levitate');
      return seen((await probe({ host, ...ssh })).facts);
    },
    deploy: async ({ host, profile, images, expectBuild, leaseOwner, beforeWrite, onReboot }) => {
      const { deploy } = await import('levitate');
      const expected = expectBuild === undefined ? {} : { expectBuild };
      const job = { host, profile, images, leaseOwner, beforeWrite, ...ssh, ...expected };
      const result = await deploy(job, {
        onProgress: (event) => {
          if (event.type === 'phase' && event.phase === 'leave') onReboot();
        },
      });
      return deployed(result);
    },
  };
};

/** What vendors leave in place of a serial number says nothing of a device. */
const placeholder =
  /^(to be filled|default string|system serial|not (applicable|specified)|none$|0*$)/i;

/** Who a device is: by its serial number, which is its own together with what it is. Pure. */
export function seen({ serial, compatible }: Pick<ProbedFacts, 'serial' | 'compatible'>): Seen {
  if (placeholder.test(serial.trim())) return {};
  return { identity: [compatible[0] ?? '', serial.trim()].join(' ').trim() };
}

const deployed = ({ flash, leave, slot }: DeployResult): Deployed => {
  const targets = flash?.targets ?? [];
  const build = leave?.build ?? slot?.build;
  const digests = targets.map(({ target, sha256 }) =>
    targets.length > 1 ? `${target}:${sha256}` : sha256,
  );
  return {
    bytes: targets.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
    sha256: digests.join(' '),
    ...(build === undefined ? {} : { build }),
  };
};
