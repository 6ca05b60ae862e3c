import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveSession, type Session } from '../../src/device/session.js';
import { sessionOf, sshConfig } from './clients.js';
import { startServer, type Server } from './servers.js';

/** A real sshd of a device that is in maintenance, as far as its programs say so, and this machine's entry of it. */
export interface Pretender {
  server: Server;
  /** The ssh_config that knows it as `device`. */
  config: string;
  session: Session;
  /** What XDG_STATE_HOME names, with the session in it. */
  state: string;
  stop(): Promise<void>;
}

/** What a good flasher answers, as lines of a shell. */
export const goodFlasher = `case $1 in
status) echo '{"type":"status","protocol":1,"chunk_bytes":1048576,"boot_id":"boot","entry":"entry","name":"test","version":"0","phase":"released","root":"tmpfs","touched":false,"targets":{},"held":[],"holders":{},"modules_failed":[],"lease":null,"writer":null,"seconds":1,"memory_available_kib":1000}' ;;
journal) echo '{"type":"journal","seconds":1,"event":"began"}' ;;
esac`;

/**
 * @param programs name → lines of a shell, found before every other program; FOLDER is the server's own
 */
export async function startPretender(programs: Record<string, string>): Promise<Pretender> {
  const server = await startServer('sshd', [
    'SetEnv PATH=FOLDER/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ]);
  const bin = join(server.folder, 'bin');
  mkdirSync(bin);
  for (const [name, lines] of Object.entries(programs)) {
    const text = `#!/bin/sh\n${lines.replaceAll('FOLDER', server.folder)}\n`;
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  const config = sshConfig(server);
  const session = await sessionOf(server, { host: 'device', sshConfig: config });
  const state = mkdtempSync(join(tmpdir(), 'levitate-state-'));
  await inState(state, () => saveSession(session));
  return {
    ...{ server, config, session, state },
    stop: async () => {
      await server.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

let turn: Promise<unknown> = Promise.resolve();

/** Runs `work` where a folder is the one that XDG_STATE_HOME names; one after the other, as this process has only one. */
export function inState<T>(state: string, work: () => Promise<T>): Promise<T> {
  const mine = turn.then(async () => {
    const before = process.env['XDG_STATE_HOME'];
    process.env['XDG_STATE_HOME'] = state;
    try {
      return await work();
    } finally {
      if (before === undefined) delete process.env['XDG_STATE_HOME'];
      else process.env['XDG_STATE_HOME'] = before;
    }
  });
  turn = mine.catch(() => undefined);
  return mine;
}
