/** A bridge of its own process, to be killed: URL and folder are its arguments. What it deploys is a line in a file. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { bridgeHawkbit } from '../../../../src/operations/bridge/hawkbit/bridge.js';

const [url = '', folder = ''] = process.argv.slice(2);
await bridgeHawkbit({
  ...{ url, folder, profile: 'ap.yaml', target: 'disk', devices: { 'ap-1': 'root@192.0.2.1' } },
  once: true,
  deployWith: async ({ host, beforeWrite }) => {
    await beforeWrite?.();
    appendFileSync(join(folder, 'deploys'), `${host}\n`);
    const entered = { checks: [], entered: true, already: false, seconds: 1, bootId: 'a' };
    return { host, enter: { host, ...entered }, seconds: 1 };
  },
});
