import { InventorySchema } from '../../packages/fleet/src/inventory/schema.js';
import { RolloutSchema } from '../../packages/fleet/src/rollout/schema.js';
import { ProfileSchema } from '../../src/profile/schema.js';
import { bootTable, readSeen } from '../e2e/boot-table.js';
import { apiPage } from './api.js';
import { cliPage } from './cli.js';
import { errorsPage } from './errors.js';
import { eventsPage, eventsSchema } from './events.js';
import { exitStatusPage } from './exit-status.js';
import { fleetPage } from './fleet.js';
import { manualPage } from './manual.js';
import { json, page, pageWith } from './markdown.js';
import { profilePage } from './profile.js';
import { protocolPage, replySchema } from './protocol.js';

/** The form of schemas that editors know. */
const draft = 'http://json-schema.org/draft-07/schema#';

/** Every file of the checkout that is made from the code, by its path: what it must hold. */
export const generated: Record<string, () => Promise<string>> = {
  'docs/man/levitate.1': () => Promise.resolve(manualPage()),
  'docs/reference/api.md': () => page(apiPage()),
  'docs/reference/cli.md': () => page(cliPage()),
  'docs/reference/errors.md': () => page(errorsPage()),
  'docs/reference/events.md': () => page(eventsPage()),
  'docs/reference/events.schema.json': () => json(eventsSchema()),
  'docs/reference/exit-status.md': () => page(exitStatusPage()),
  'docs/reference/fleet-commands.md': () => page(fleetPage()),
  'packages/fleet/fleet.schema.json': () => json({ $schema: draft, ...InventorySchema }),
  'packages/fleet/rollout.schema.json': () => json({ $schema: draft, ...RolloutSchema }),
  'docs/reference/flasher-protocol.md': async () => page(await protocolPage()),
  'docs/reference/flasher-protocol.schema.json': () => json(replySchema()),
  'docs/reference/profile.md': () => page(profilePage()),
  'docs/reference/support.md': async () =>
    pageWith('docs/reference/support.md', 'npm run e2e:boot', bootTable(await readSeen())),
  'profiles/profile.schema.json': () => json({ $schema: draft, ...ProfileSchema }),
};
