import type { DeployResult } from 'levitate';
import type { Deployed, Driver } from './driver.js';
import { marksOf } from './marks.js';

/**
 * Deploys with levitate, over SSH.
 * @param sshConfig an ssh_config in place of this user's own
 */
export const levitateDriver = (sshConfig?: string): Driver => {
  const ssh = sshConfig === undefined ? {} : { sshConfig };
  return {
    look: async ({ host }) => {
      const { isPlaceholder, probe } = await import('levitate');
      const { facts } = await probe({ host, ...ssh });
      return { marks: marksOf(facts, isPlaceholder) };
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
