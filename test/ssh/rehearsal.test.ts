/** The rehearsal's login: a real maintenance root's sshd, reached over nothing but the connection to the old system. */
import { execFileSync } from 'node:child_process';
import { chmod, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rehearseLogin } from '../../src/device/rehearsal.js';
import { generateKeyPair } from '../../src/ssh/key-pair.js';
import { quote } from '../../src/shared/shell-quote.js';
import type { Transport } from '../../src/ssh/transport.js';
import { unpackRoot, type Root } from '../shell/root.js';
import { connectTo } from './clients.js';
import { kinds, startServer, type Server } from './servers.js';

let root: Root;
const entry = await generateKeyPair('entry');
const entrance = { privateKey: entry.privateKey, hostKeys: [] as string[] };
const inRoot = (path: string): string => join(root.folder, path);

beforeAll(async () => {
  root = await unpackRoot();
  const hostKey = inRoot('etc/dropbear/dropbear_ed25519_host_key');
  execFileSync('dropbearkey', ['-t', 'ed25519', '-f', hostKey], { stdio: 'ignore' });
  const said = execFileSync('dropbearkey', ['-y', '-f', hostKey], { encoding: 'utf8' });
  entrance.hostKeys = said.split('\n').filter((line) => line.startsWith('ssh-'));
});
afterAll(() => root.remove());

describe.each(kinds)('over the connection to a %s', (kind) => {
  let server: Server;
  let device: Transport;
  const passwd = { before: '' };
  beforeAll(async () => {
    server = await startServer(kind);
    device = await connectTo('openssh', server);
    passwd.before = await readFile(inRoot('etc/passwd'), 'utf8');
  });
  afterAll(async () => {
    await device.close();
    await server.stop();
  });
  beforeEach(() => writeFile(inRoot('root/.ssh/authorized_keys'), `${entry.publicKey}\n`));
  afterEach(async () => {
    await writeFile(inRoot('etc/passwd'), passwd.before);
    await rm(inRoot('etc/dropbear/.ssh'), { force: true });
    await chmod(inRoot('root/.ssh'), 0o700);
  });

  const login = (how: Partial<typeof entrance> = {}, transport = device) =>
    rehearseLogin(transport, root.words('/usr/lib/levitate/rehearse-login').map(quote).join(' '), {
      ...entrance,
      ...how,
    });
  const refused = (message: RegExp) => ({
    code: 'REHEARSAL_FAILED',
    message: expect.stringMatching(message),
    hint: expect.stringContaining('nothing on the device has changed'),
  });

  test('the key of the entry gets in', () => login());

  test("whatever the old system's login prints before it", async () => {
    const noise = "printf 'SSH-2.0-no such\\n\\033[0mno end of line';";
    const noisy: Transport = {
      name: device.name,
      close: () => device.close(),
      exec: (command, options) => device.exec(`${noise} ${command}`, options),
    };
    await login({}, noisy);
  });

  test('it gets in where root has keys in /etc/dropbear alone, as in OpenWrt', async () => {
    // A home whose .ssh is that folder: this dropbear sees no other file then.
    await symlink('.', inRoot('etc/dropbear/.ssh'));
    await writeFile(inRoot('etc/passwd'), passwd.before.replace(':/root:', ':/etc/dropbear:'));
    await login();
  });

  test('a key that does not get in is told, with the words of dropbear', async () => {
    await chmod(inRoot('root/.ssh'), 0o777);
    await expect(login()).rejects.toMatchObject(
      refused(/would not let the key of this entry in: .*root\/\.ssh.* writable/),
    );
  });

  test('a key that is not among the authorized ones is told', async () => {
    const { privateKey } = await generateKeyPair('another');
    await expect(login({ privateKey })).rejects.toMatchObject(
      refused(/would not let the key of this entry in: it did not say why$/),
    );
  });

  test('host keys that are not those that were told of are told', async () => {
    const hostKeys = [entry.publicKey];
    await expect(login({ hostKeys })).rejects.toMatchObject(refused(/presented/));
  });

  test('a shell that cannot be started is told', async () => {
    await writeFile(
      inRoot('etc/passwd'),
      passwd.before.replace('/usr/lib/levitate/shell', '/usr/lib/levitate/none'),
    );
    await expect(login()).rejects.toMatchObject(refused(/invalid shell/));
  });

  test('an sshd that does not start is told, with its own words', async () => {
    const key = inRoot('etc/dropbear/dropbear_ed25519_host_key');
    const whole = await readFile(key);
    await writeFile(key, 'no key');
    try {
      await expect(login()).rejects.toMatchObject(refused(/Early exit: String too long/));
    } finally {
      await writeFile(key, whole);
    }
  });
});
