/** The sbc by a login that is not root: refused, by doas, and by sudo with a password; a watchdog that has to be fed on the way, and a partition of its own. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import type { Levitate } from './levitate.js';
import { minutes } from './lines.js';
import { onTerminal } from '../terminal.js';

const test = deviceTest('sbc-systemd', { scope: 'file' });

afterAll(() => void delete process.env['LEVITATE_SUDO_PASSWORD_FILE']);

/** The ssh_config by which the user pi logs in. */
async function asPi(levitate: Levitate): Promise<string> {
  const config = join(await levitate.folder(), 'ssh_config');
  const own = await readFile(levitate.device.sshConfig, 'utf8');
  await writeFile(config, own.replace('User root', 'User pi'));
  return config;
}

test(
  'a login to which nothing gives root is refused, and told why',
  { timeout: minutes(5) },
  async ({ levitate }) => {
    const { device } = levitate;
    await device.sh(
      `gpasswd -d pi sudo && echo 'pi:${password}' | chpasswd && cp -r /root/.ssh /home/pi/ && chown -R pi /home/pi`,
    );
    const { exit, last } = await levitate.run(
      'enter',
      [await levitate.profile()],
      await asPi(levitate),
    );
    expect(last).toMatchObject({ type: 'error', code: 'PREFLIGHT_REFUSED' });
    expect(last.message).toMatch(
      /^root: the login has user id \d+; sudo asks for a password; su asks for the password of root; doas: (?!doas:)/,
    );
    expect(last.hint).toContain('LEVITATE_SUDO_PASSWORD_FILE');
    expect(exit).toBe(3);
    expect(await levitate.facts()).toMatchObject({ staged: false, armed: false });
  },
);

test(
  'doas gives root for a password, past the terminal that it is typed on',
  { timeout: minutes(8) },
  async ({ levitate }) => {
    await levitate.device.sh('echo permit pi >/etc/doas.conf; mv /usr/bin/sudo /usr/bin/sudo.away');
    await passwordFile(levitate, password);
    const config = await asPi(levitate);
    expect(await levitate.run('install', [await levitate.profile()], config)).toMatchObject({
      exit: 0,
    });
    expect(await levitate.facts()).toMatchObject({ installed: {} });
    expect(await levitate.run('uninstall', [], config)).toMatchObject({ exit: 0 });
    await levitate.device.sh('rm /etc/doas.conf; mv /usr/bin/sudo.away /usr/bin/sudo');
  },
);

test('doas gives root', { timeout: minutes(5) }, async ({ levitate }) => {
  await levitate.device.sh('echo permit nopass pi >/etc/doas.conf');
  const { exit, last } = await levitate.run('probe', [], await asPi(levitate));
  await levitate.device.sh('rm /etc/doas.conf');
  expect(last).toMatchObject({
    facts: { uid: 0, keyFiles: [{ path: '/home/pi/.ssh/authorized_keys', keys: 1 }, {}] },
  });
  expect(exit).toBe(0);
});

test(
  "su gives root by root's password, where neither sudo nor doas is there",
  { timeout: minutes(5) },
  async ({ levitate }) => {
    const { device } = levitate;
    const away = (from: string, to: string) =>
      device.sh(`cd /usr/bin && for p in sudo doas; do mv $p${from} $p${to}; done`);
    await device.sh("echo 'root:of root' | chpasswd");
    await away('', '.away');
    await passwordFile(levitate, 'of pi');
    const wrong = await levitate.run('probe', [], await asPi(levitate));
    expect(wrong.last).toMatchObject({ type: 'error', code: 'NOT_ROOT' });
    await passwordFile(levitate, 'of root');
    const { exit, last } = await levitate.run('probe', [], await asPi(levitate));
    await away('.away', '');
    expect(last).toMatchObject({ facts: { uid: 0 } });
    expect(exit).toBe(0);
  },
);

test(
  'a sudo that insists on a terminal has that of the connection, past which an archive goes',
  { timeout: minutes(8) },
  async ({ levitate }) => {
    const { device } = levitate;
    await device.sh(`mv /usr/bin/script /usr/bin/script.away
    echo permit pi >/etc/doas.conf
    printf 'Defaults requiretty\\npi ALL=(ALL:ALL) ALL\\n' >/etc/sudoers.d/pi`);
    await passwordFile(levitate, password);
    const install = [await levitate.profile()];
    expect(await levitate.run('install', install, await asPi(levitate))).toMatchObject({ exit: 0 });
    expect(await levitate.facts()).toMatchObject({ installed: {} });
    expect(await levitate.run('uninstall', [], await asPi(levitate))).toMatchObject({ exit: 0 });
    await device.sh('mv /usr/bin/script.away /usr/bin/script; rm /etc/doas.conf /etc/sudoers.d/pi');
  },
);

test('sudo does not take a wrong password', { timeout: minutes(5) }, async ({ levitate }) => {
  await levitate.device.sh(`echo 'pi ALL=(ALL:ALL) ALL' >/etc/sudoers.d/pi`);
  // Who only looks where the device is, is not told of root.
  const { lines } = await levitate.run('status', [], await asPi(levitate));
  expect(lines.map(({ type }) => type)).not.toContain('note');
  await passwordFile(levitate, 'raspberry');
  const { exit, last } = await levitate.run('probe', [], await asPi(levitate));
  expect(last).toMatchObject({ type: 'error', code: 'NOT_ROOT' });
  expect(exit).toBe(3);
});

test(
  'passwords of ssh and sudo are asked for on a terminal',
  { timeout: minutes(5) },
  async ({ levitate }) => {
    const said = await typed(levitate, 'probe', ['wrong', password, 'wrong', password]);
    expect(said).toMatch(/pi@127\.0\.0\.1's password:[^]*Password of sudo on sbc-systemd:/);
    expect(said).toMatch(
      /sudo on sbc-systemd did not take it: sudo: 1 incorrect password\s+attempt/,
    );
    expect(said).toContain('commands run as root');
    expect(said).not.toMatch(/wrong|rasp/);
  },
);

const password = 'rasp "berry';

/** Runs a command on a terminal, as pi without a key; each line is typed when a password is asked for. */
async function typed(levitate: Levitate, command: string, lines: string[]): Promise<string> {
  const config = await asPi(levitate);
  await writeFile(config, `${await readFile(config, 'utf8')}  PubkeyAuthentication no\n`);
  return onTerminal(
    `node dist/cli/main.js ${command} -F ${config} ${levitate.host}`,
    lines.map((line) => ({ when: /[Pp]assword[^\n]*:\s/, type: `${line}\n` })),
    {
      boundMs: minutes(4),
      env: { XDG_STATE_HOME: levitate.stateHome, LEVITATE_SUDO_PASSWORD_FILE: '' },
    },
  );
}

/** Runs a command that overwrites on a terminal, and answers its question; what was printed ends with the exit status. */
const answered = (levitate: Levitate, command: string, words: string[], answer: string) =>
  onTerminal(
    `bash -c 'node dist/cli/main.js ${command} -F ${levitate.device.sshConfig} ${levitate.host} ${words.join(' ')}; echo "status=$?"'`,
    [{ when: /Type the host name to go on: $/, type: answer }],
    { boundMs: minutes(5), env: { XDG_STATE_HOME: levitate.stateHome } },
  );

/** Where the password for sudo, doas and su is from now on. */
async function passwordFile(levitate: Levitate, password: string): Promise<void> {
  const file = join(await levitate.folder(), 'password');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  process.env['LEVITATE_SUDO_PASSWORD_FILE'] = file;
}

test(
  'deploy asks before the device is entered, and does nothing for a wrong answer',
  { timeout: minutes(6) },
  async ({ levitate }) => {
    const image = await compressed((await deviceArtifacts('sbc-systemd')).v2.data, 'gz');
    const words = [await levitate.profile(), `data=${image}`];
    const said = await answered(levitate, 'deploy', words, 'sbc\x03');
    expect(said).toMatch(/ device +sbc, Standard PC [^]*at 127\.0\.0\.1/);
    expect(said).toMatch(/ runs Debian [^]*systemd/);
    expect(said).toMatch(/ lost +all that is in [^]*now mounted on \/data/);
    expect(said).toMatch(/INTERRUPTED: [^]*status=4/);
    // Without a profile, what the image is and what the device stands on tell where it goes.
    const { v2 } = await deviceArtifacts('sbc-systemd');
    const save = join(await levitate.folder(), 'saved.yaml');
    const lone = [await compressed(v2.disk, 'zst'), '--save', save];
    const declined = await answered(levitate, 'deploy', lone, 'router\n');
    expect(declined).toMatch(
      /it is a disk image of [^]* with \d partitions, and [^]* is the\s+system's own/,
    );
    expect(declined).toMatch(
      /goes to \/dev\/vda[^]*now mounted on[^]*\/data[^]*DECLINED[^]*status=3/,
    );
    // What nobody agreed to leaves no file, so that the same command may be given again.
    await expect(readFile(save, 'utf8')).rejects.toThrow('ENOENT');
    expect(await levitate.run('deploy', [...lone, '--dry-run'])).toMatchObject({ exit: 0 });
    expect(await readFile(save, 'utf8')).toMatch(/^ {4}disk: \{ block: \/dev\/vda \}$/m);
    expect(await levitate.run('deploy', [...lone, '--dry-run'])).toMatchObject({
      exit: 2,
      last: { hint: expect.stringMatching(/levitate deploy sbc-systemd \S+ disk=\S+$/) as string },
    });
    expect(await levitate.facts()).toMatchObject({ staged: false, armed: false });
  },
);

test(
  'a watchdog that a service feeds is kept up until the maintenance system feeds it',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    // Long enough for a feeder that waits for its turn on a loaded machine.
    const timeout = 30;
    const attribute = (name: string) => device.sh(`cat /sys/class/watchdog/watchdog0/${name}`);
    await device.sh(`modprobe softdog soft_margin=${timeout} nowayout=1`);
    const feed = 'exec 3>/dev/watchdog; while sleep 3 3>&-; do echo . >&3; done';
    // What stops last takes longer than the watchdog waits.
    const slow = `trap 'sleep ${timeout + 5}; exit' TERM; while :; do sleep 1; done`;
    await device.sh(
      `systemd-run --unit=vendor -p Restart=always sh -c ${JSON.stringify(feed)}
    systemd-run --unit=slow -p Before=vendor.service bash -c ${JSON.stringify(slow)}`,
    );
    await expect.poll(() => attribute('state'), { timeout: minutes(1) }).toBe('active');
    expect((await levitate.facts()).watchdogs).toMatchObject([{ feeder: { name: 'sh' } }]);

    // Some distributions mount it so; the maintenance root has a mount of its own there.
    await device.sh('mount -o remount,noexec /run');
    const before = await device.bootId();
    await passwordFile(levitate, password);
    await device.sh(
      'umask 077; mkdir /data/own && echo mine >/data/own/note && chown pi /data/own/note',
    );
    await levitate.enter(await keeping(levitate), await asPi(levitate));
    expect(await device.bootId()).toBe(before);
    expect(await attribute('timeout')).toBe('60');
    // No keeper of the old system is left beside the feeder.
    const holders = await device.sh(
      'for d in /proc/[0-9]*; do ls -l $d/fd | grep -q /dev/watchdog && cat $d/comm; done; true',
    );
    expect(holders).toBe('watchdog-feed');
    expect((await levitate.status()).maintenance?.held).toEqual([]);
    // The same user from another machine, whom the maintenance system does not know.
    await cp(join(levitate.stateHome, 'levitate/kept'), keptThere(levitate), { recursive: true });
    await levitate.forget();
    const again = await levitate.run('enter', [await levitate.profile()], await asPi(levitate));
    expect(again).toMatchObject({ exit: 0, last: { already: true } });
  },
);

/** The profile of these tests: files of the data partition are kept, and a command has the last word. */
const keeping = (levitate: Levitate): Promise<string> =>
  levitate.profile({
    'flash.keep': { paths: ['/data/own'], into: 'data', 'mounted-at': '/data' },
    commands: { 'after-flash': [{ run: ['test', '-e', '/run/may-leave'] }] },
  });

/** What the machine that entered the device keeps of it, while nobody else does. */
const keptThere = (levitate: Levitate): string => join(levitate.dir, 'kept-there');

test(
  'a partition is replaced, the system stays, and what was to be kept of the data is there',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { device } = levitate;
    const image = await compressed((await deviceArtifacts('sbc-systemd')).v2.data, 'gz');
    const flash = (answer: string) => answered(levitate, 'flash', [`data=${image}`], answer);
    // What was saved is on the machine that has entered the device.
    expect(await flash('')).toMatch(/KEEP_REFUSED: [^]*--drop-kept[^]*status=3/);
    await cp(keptThere(levitate), join(levitate.stateHome, 'levitate/kept'), { recursive: true });
    // In maintenance, an image alone finds its place among the targets of the profile.
    expect(await levitate.run('deploy', [image, '--dry-run'])).toMatchObject({
      exit: 0,
      last: { enter: { already: true }, flash: { plans: [{ target: 'data', way: 'delta' }] } },
    });
    expect(await levitate.run('deploy', [image, '--dry-run', '--full'])).toMatchObject({
      exit: 0,
      last: { flash: { plans: [{ way: 'full', why: 'it was asked for' }] } },
    });
    expect(await flash('\x03')).toMatch(/INTERRUPTED_IN_MAINTENANCE[^]*status=5/);
    const declined = await flash('sbc-systemd 2\n');
    expect(declined).toMatch(/ data +\S+ \(ext4, [^]*goes to [^]*MiB of it differ[^]* lost /);
    expect(declined).toMatch(/is in maintenance already; nothing was/);
    expect(declined).toMatch(/DECLINED: [^]*levitate leave -F \S+ sbc-systemd[^]*status=5/);
    expect((await levitate.status()).maintenance).toMatchObject({ touched: false, lease: null });
    const kept = await flash('sbc-systemd\n');
    expect(kept).toMatch(/as they were[^]*COMMAND_FAILED[^]*status=5/);
    // All is written and read back, and still it must not leave.
    expect((await levitate.status()).maintenance?.targets).toMatchObject({
      'partition-label_data': 'verified',
    });
    const early = await levitate.run('leave');
    expect(early).toMatchObject({ exit: 5, last: { code: 'LEAVE_REFUSED' } });
    expect(early.last.message).toMatch(/after-flash[^]*levitate flash sbc-systemd data=/);
    await device.sh('touch /run/may-leave');
    expect(await flash('sbc-systemd\n')).toMatch(/data \(\/dev\/vda3\): [^]*status=0/);
    // The new system is logged into as the old one was: by a password, which is asked for once.
    const said = await typed(levitate, 'leave', [password]);
    expect(said).toMatch(/sbc-systemd is in its new system after /);
    expect(said.match(/password:/g)).toHaveLength(1);
    expect(await device.sh('cat /etc/build-id /data/data-id /data/own/note')).toBe(
      'sbc-systemd 1\ndata 2\nmine',
    );
    expect(await device.sh('stat -c %U:%a /data/own/note')).toBe('pi:600');
  },
);
