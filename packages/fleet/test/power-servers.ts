/** What switches power, on loopback: a web server that keeps what it was asked, a broker, and an agent of SNMP. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { freePort } from '../../../test/free-port.js';

/** A request that came. */
export interface Asked {
  method: string;
  url: string;
  body: string;
  authorization: string;
}

/** A folder that goes with the test. */
export async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-power-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Serves HTTP on loopback, or HTTPS with a certificate that nobody has signed; `reply` gives status and text. */
export async function webServer(
  reply: (asked: Asked) => [number, string],
  secure?: { key: string; cert: string },
): Promise<{ port: number; asked: Asked[] }> {
  const asked: Asked[] = [];
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const body = Buffer.concat(parts).toString();
      const one = { method, url, body, authorization: headers.authorization ?? '' };
      asked.push(one);
      const [status, text] = reply(one);
      response.writeHead(status).end(text);
    });
  };
  const server = secure ? createSecure(secure, listener) : createPlain(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

/** A key and a certificate for 127.0.0.1. */
export async function ownCertificate(
  folder: string,
): Promise<{ key: string; cert: string; file: string }> {
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  await execa('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', '/CN=bmc', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
    ...['-keyout', key, '-out', file],
  ]);
  return { key: await readFile(key, 'utf8'), cert: await readFile(file, 'utf8'), file };
}

/** Starts a program that the test ends. */
function started(program: string, words: string[], env: Record<string, string> = {}): void {
  const child = execa(program, words, { env, reject: false, all: true });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await child;
  });
}

/** Asks until something is so. */
export async function eventually(question: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await question()); tries += 1) {
    if (tries > 300) throw new Error('it was never so');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A broker that lets one user in, and what came to a topic: `messages()`. */
export async function broker(
  user: string,
  password: string,
  topic: string,
): Promise<{ port: number; messages: () => Promise<string[]> }> {
  const [folder, port] = [await folderForTest(), await freePort()];
  const [passwords, config, log] = ['passwords', 'conf', 'log'].map((name) => join(folder, name));
  await execa('mosquitto_passwd', ['-c', '-b', passwords!, user, password]);
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous false', 'user root'];
  await writeFile(config!, `${[...lines, `password_file ${passwords}`].join('\n')}\n`);
  started('mosquitto', ['-c', config!]);
  const login = ['-h', '127.0.0.1', '-p', String(port), '-u', user, '-P', password];
  await eventually(async () => {
    const hello = ['-q', '1', '-t', 'hello', '-m', 'hello'];
    return (await execa('mosquitto_pub', [...login, ...hello], { reject: false })).exitCode === 0;
  });
  const listen = `exec mosquitto_sub "$@" >"$LOG"`;
  started('sh', ['-c', listen, 'sh', ...login, '-q', '1', '-t', topic, '-t', 'hello'], {
    LOG: log!,
  });
  const messages = async () =>
    (await readFile(log!, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  // It listens once it hears something.
  await eventually(async () => {
    await execa('mosquitto_pub', [...login, '-t', 'hello', '-m', 'hello']);
    return (await messages()).includes('hello');
  });
  return { port, messages: async () => (await messages()).filter((line) => line !== 'hello') };
}

/** An agent whose port 1.7 feeds a device (RFC 3621); `enabled()` asks it: 1 is on, 2 is off. */
export async function poeSwitch(
  community: string,
  { user, passphrase }: { user: string; passphrase: string },
): Promise<{ port: number; enabled: () => Promise<string> }> {
  const [folder, port] = [await folderForTest(), await freePort()];
  const config = join(folder, 'snmpd.conf');
  await mkdir(join(folder, 'state'));
  await writeFile(
    config,
    `agentaddress udp:127.0.0.1:${port}
rwcommunity "${community}" 127.0.0.1
rocommunity test 127.0.0.1
createUser ${user} SHA "${passphrase}" AES "${passphrase}"
rwuser ${user}
override -rw ${poeOid} integer 1
`,
  );
  const env = { SNMP_PERSISTENT_DIR: join(folder, 'state'), SNMPCONFPATH: folder, MIBS: '' };
  started('snmpd', ['-f', '-Lf', join(folder, 'log'), '-C', '-c', config, '-I', '-smux'], env);
  const enabled = async () => {
    const words = ['-v', '2c', '-c', 'test', '-Oqv', '-r', '0', `127.0.0.1:${port}`, poeOid];
    return (await execa('snmpget', words, { reject: false, env })).stdout ?? '';
  };
  await eventually(async () => (await enabled()) === '1');
  return { port, enabled };
}

/** A BMC of IPMI 2.0 with one user, and what it was told of the power: `1` is on, `0` off. */
export async function bmc(
  user: string,
  password: string,
): Promise<{ port: number; told: () => Promise<string[]> }> {
  const [folder, port] = [await folderForTest(), await freePort()];
  const [lan, commands, chassis, log] = ['lan', 'commands', 'chassis', 'log'].map((name) =>
    join(folder, name),
  );
  const allowed = ['user', 'operator', 'admin'].map((who) => `allowed_auths_${who} md5 straight`);
  await writeFile(
    lan!,
    `name "bmc"
set_working_mc 0x20
startlan 1
addr 127.0.0.1 ${port}
priv_limit admin
${allowed.join('\n')}
guid a123456789abcdefa123456789abcdef
endlan
chassis_control "${chassis}"
user 2 true "${user}" "${password}" admin 10 md5 straight
`,
  );
  const bmcIs = 'mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\n';
  await writeFile(commands!, `${bmcIs}mc_enable 0x20\n`);
  const script = `#!/bin/sh\n[ "$1" = get ] && echo power:1 || echo "$3" >>'${log}'\n`;
  await writeFile(chassis!, script, { mode: 0o755 });
  await mkdir(join(folder, 'state'));
  started('ipmi_sim', ['-c', lan!, '-f', commands!, '-s', join(folder, 'state'), '-n']);
  const told = async () =>
    (await readFile(log!, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  return { port, told };
}

const poeOid = '1.3.6.1.2.1.105.1.1.1.3.1.7';
