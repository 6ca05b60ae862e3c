/** What a station has another process do, for tests that kill it: image read FOLDER LIMIT IMAGE SHA256. */
import { fleet } from '../src/main.js';

await fleet(process.argv.slice(2));
