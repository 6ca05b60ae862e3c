import { once } from 'node:events';
import type { Command } from 'commander';
import { FleetError } from '../../errors.js';
import { servePage } from '../../page/serve.js';
import { addDatabaseCommand, withStore, type DatabaseOptions } from '../command.js';
import { print } from '../output.js';

/** Adds `serve`. */
export function addServe(program: Command): void {
  addDatabaseCommand(program, 'serve', 'serve a page that shows the fleet, until Ctrl-C')
    .option('--port <N>', 'the port on 127.0.0.1; 0 is any that is free', '7465')
    .action(async (flags: DatabaseOptions & { port: string }) => {
      const port = /^[0-9]{1,5}$/.test(flags.port) ? Number(flags.port) : Infinity;
      if (port > 65_535)
        throw new FleetError('USAGE', `--port is the number of a port, and not ${flags.port}`);
      await withStore(flags, async (store) => {
        await using served = await servePage(store, port);
        print(`The page is at ${served.url}`);
        const end = new AbortController();
        const ends = ['SIGINT', 'SIGTERM'].map((signal) =>
          once(process, signal, { signal: end.signal }).catch(() => undefined),
        );
        await Promise.race(ends);
        end.abort();
      });
    });
}
