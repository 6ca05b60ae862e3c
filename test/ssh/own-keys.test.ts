/** Which public keys a person has: of a real agent, of the configuration, and beside them. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ownKeys } from '../../src/ssh/own-keys.js';

let folder: string;
let config: string;
let agent: { socket: string; pid: number };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'levitate-own-'));
  mkdirSync(join(folder, '.ssh'));
  config = join(folder, 'config');
  writeFileSync(config, '');
  const socket = join(folder, 'agent');
  const said = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' });
  agent = { socket, pid: Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1]) };
  vi.stubEnv('SSH_AUTH_SOCK', socket);
});
afterEach(() => {
  vi.unstubAllEnvs();
  process.kill(agent.pid);
  rmSync(folder, { recursive: true });
});

/** Makes a key pair below the folder, and gives its public line. */
function key(name: string): string {
  const file = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `${name} a`, '-f', file]);
  return readFileSync(`${file}.pub`, 'utf8').trim();
}

const keys = (): Promise<string[]> => ownKeys('device', config, folder);
const add = (name: string): void =>
  void execFileSync('ssh-add', ['-q', join(folder, name)], { stdio: 'ignore' });

test('what the agent, the configuration and the usual places have, each key once', async () => {
  const inAgent = key('in-agent');
  const usual = key('.ssh/id_usual');
  const named = key('named');
  const bare = key('bare');
  key('.ssh/other');
  add('in-agent');
  add('.ssh/id_usual');
  writeFileSync(join(folder, '.ssh/id_mine.pub'), 'no key\nssh-rsa AAAA\n');
  writeFileSync(join(folder, '.ssh/id_old.pub'), `command="ls" ${bare}\n${named}\n`);
  appendFileSync(
    config,
    `IdentityFile %d/named\nIdentityFile ${folder}/bare.pub\nIdentityFile ${folder}/gone\n`,
  );
  const tokens = (await keys()).sort();
  // %d is the home folder.
  expect(tokens).toEqual([bare, inAgent, named, usual].sort());
});

test('nobody has a key', async () => {
  expect(await keys()).toEqual([]);
  vi.stubEnv('SSH_AUTH_SOCK', join(folder, 'nobody'));
  expect(await keys()).toEqual([]);
});

test('the agent is the one that ssh would ask', async () => {
  const line = key('in-agent');
  add('in-agent');
  appendFileSync(config, 'IdentityAgent none\n');
  expect(await keys()).toEqual([]);
  vi.stubEnv('SSH_AUTH_SOCK', undefined);
  vi.stubEnv('OTHER', agent.socket);
  for (const named of [agent.socket, '$OTHER', '${OTHER}']) {
    writeFileSync(config, `IdentityAgent ${named}\n`);
    expect(await keys(), named).toEqual([line]);
  }
});

test('a public key that a security key has made, and no certificate', async () => {
  const blob = (type: string): string =>
    Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(`${type}rest of it`)]).toString(
      'base64',
    );
  const line = (type: string): string => `${type} ${blob(type)} x`;
  const sk = line('sk-ssh-ed25519@openssh.com');
  const text = `${sk}\r\n${line('ssh-ed25519-cert-v01@openssh.com')}\n`;
  writeFileSync(join(folder, '.ssh/id_sk.pub'), text);
  expect(await keys()).toEqual([sk]);
});
