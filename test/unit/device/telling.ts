import type { Transport } from '../../../src/ssh/transport.js';

/** A device whose script tells these facts, and what it was sent. */
export function telling(...facts: string[]): Transport & { heard: string } {
  const device = {
    heard: '',
    name: 'ssh nobody',
    exec: (_: string, { stdin, onBytes }: Parameters<Transport['exec']>[1] = {}) => {
      device.heard = String(stdin);
      const mark = /LEVITATE_MARK='([0-9a-f]+)'/.exec(device.heard)?.[1] ?? '';
      const lines = facts.map((fact) => `@${mark} ${fact} ${mark}@\n`).join('');
      onBytes?.(Buffer.from(`@${mark} begin@\n${lines}@${mark} end 0@\n`));
      return Promise.resolve({ stdout: '', stderr: '', code: 0 });
    },
    close: () => Promise.resolve(),
  };
  return device;
}
