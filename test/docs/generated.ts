import { ProfileSchema } from '../../src/profile/schema.js';
import { apiPage } from './api.js';
import { cliPage } from './cli.js';
import { errorsPage } from './errors.js';
import { eventsPage, eventsSchema } from './events.js';
import { exitStatusPage } from './exit-status.js';
import { manualPage } from './manual.js';
import { json, page } from './markdown.js';
import { profilePage } from './profile.js';
import { protocolPage, replySchema } from './protocol.js';

/** Every file of the checkout that is made from the code, by its path: what it must hold. */
export const generated: Record<string, () => Promise<string>> = {
  'docs/man/levitate.1': () => Promise.resolve(manualPage()),
  'docs/reference/api.md': () => page(apiPage()),
  'docs/reference/cli.md': () => page(cliPage()),
  'docs/reference/errors.md': () => page(errorsPage()),
  'docs/reference/events.md': () => page(eventsPage()),
  'docs/reference/events.schema.json': () => json(eventsSchema()),
  'docs/reference/exit-status.md': () => page(exitStatusPage()),
  'docs/reference/flasher-protocol.md': async () => page(await protocolPage()),
  'docs/reference/flasher-protocol.schema.json': () => json(replySchema()),
  'docs/reference/profile.md': () => page(profilePage()),
  'profiles/profile.schema.json': () =>
    json({ $schema: 'http://json-schema.org/draft-07/schema#', ...ProfileSchema }),
};
