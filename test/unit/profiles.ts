import type { Profile } from '../../src/profile/profile.js';

/** A profile with nothing but defaults, for tests that need one as a value. */
export const normalised = (): Profile => ({
  name: 'test',
  arch: 'x86_64',
  compatible: [],
  root: {
    from: [
      { kind: 'ready', given: 'default' },
      { kind: 'debian', release: undefined },
    ],
    ...{ tools: [], files: {}, modules: [] },
  },
  archive: { compression: 'gzip' },
  services: {
    network: 'keep',
    wifi: undefined,
    sshd: {
      port: undefined,
      hostKeys: 'keep',
      keepAuthorizedKeys: true,
      agentKeys: false,
      authorizedKeys: [],
    },
    watchdog: undefined,
    getty: undefined,
    extra: [],
  },
  safety: {
    contactTimeoutSeconds: 180,
    idleTimeoutSeconds: 1800,
    ramReserveBytes: 8 * 1024 * 1024,
  },
  targets: {},
  confirm: { build: undefined, hostKey: 'same', timeoutSeconds: 300 },
});
