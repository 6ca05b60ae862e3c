/** A Debian with GRUB and swap becomes another distribution beside the old one, and goes back: by a failure, and when asked to. */
import { expect } from 'vitest';
import { swapLayout, swapUuid } from '../../lab/build/sbc-swap.js';
import { swapArtifacts } from '../../lab/artifacts.js';
import { deviceTest } from '../device-test.js';
import type { Levitate } from '../levitate.js';
import { minutes } from '../lines.js';

const test = deviceTest('sbc-swap', { scope: 'file' });

const words = 'root=LABEL=system rw net.ifnames=0 console=ttyS0 quiet';

/** The command line for the archive, with a profile that differs so. */
async function given(levitate: Levitate, changes: Record<string, unknown> = {}): Promise<string[]> {
  const { archive } = await swapArtifacts();
  const profile = await levitate.profile({ 'migrate.start.words': words, ...changes });
  return [profile, `system=${archive}`];
}

/** Makes the data that outlives a migration: the profile backs it up and restores it. */
const writeData = (levitate: Levitate) =>
  levitate.device.sh('mkdir -p /srv/app && echo precious >/srv/app/data');

/** What a system is known by: its keys, and who may log in. */
const identity = 'cat /etc/ssh/ssh_host_*_key.pub /root/.ssh/authorized_keys';

/** The page that the swap is known by. */
const front = (levitate: Levitate) => levitate.device.readDisk(swapLayout.swap.offset, 4096);

test(
  'a dry run shows each step, and a requirement that is not met is refused with its number',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const dry = await levitate.run('migrate', [...(await given(levitate)), '--dry-run']);
    expect(dry.last, dry.last.message).toMatchObject({
      type: 'result',
      oldRoot: '/dev/vda2',
      newRoot: '/dev/vda3',
      steps: expect.arrayContaining([
        expect.objectContaining({ do: 'switch', cut: 'old-system' }),
        expect.objectContaining({ do: 'confirm', cut: 'new-system' }),
      ]) as object,
    });
    const large = await given(levitate, { 'migrate.require': { ram: '4GiB' } });
    const refused = await levitate.run('migrate', large);
    expect(refused).toMatchObject({ exit: 3, last: { code: 'PREFLIGHT_REFUSED' } });
    expect(refused.last.message).toMatch(/ram: \d+.* of RAM, 4.* required/);
    const failing = await given(levitate, { 'migrate.before': [{ run: ['false'] }] });
    const early = await levitate.run('migrate', failing);
    expect(early).toMatchObject({ exit: 3, last: { code: 'COMMAND_FAILED' } });
    expect(await levitate.facts()).toMatchObject({ staged: false, armed: false });
  },
);

test(
  'a restore that fails leads back to the old system, with its swap',
  { timeout: minutes(20) },
  async ({ levitate }) => {
    const { device } = levitate;
    await writeData(levitate);
    const before = await front(levitate);
    const boot = await device.readDisk(0, 512);
    const failing = await given(levitate, { 'migrate.after': [{ run: ['false'] }] });
    const failed = await levitate.run('migrate', failing);
    expect(failed.last, failed.last.message).toMatchObject({
      code: 'COMMAND_FAILED',
      hint: expect.stringContaining('in its old system') as string,
    });
    expect(failed.exit).toBe(4);
    expect(await device.sh('cat /etc/build-id /srv/app/data')).toBe('sbc-systemd 1\nprecious');
    await expect
      .poll(() => device.sh('swapon --show=UUID --noheadings'), { timeout: minutes(2) })
      .toBe(swapUuid);
    expect(await front(levitate)).toEqual(before);
    expect(await device.readDisk(0, 512)).toEqual(boot);
  },
);

test(
  'a new system that does not come up is left again, and all of it is taken back',
  { timeout: minutes(20) },
  async ({ levitate }) => {
    const { device } = levitate;
    await writeData(levitate);
    const before = await front(levitate);
    const boot = await device.readDisk(0, 512);
    const lost = await given(levitate, { 'migrate.start.words': 'root=LABEL=nowhere panic=5' });
    const failed = await levitate.run('migrate', lost);
    expect(failed, failed.last.message).toMatchObject({
      exit: 4,
      last: { code: 'SLOT_FELL_BACK', hint: expect.stringContaining('taken back') as string },
    });
    expect(await device.sh('cat /etc/build-id')).toBe('sbc-systemd 1');
    expect(await front(levitate)).toEqual(before);
    expect(await device.readDisk(0, 512)).toEqual(boot);
    expect(await device.sh('swapon --all && swapon --show=UUID --noheadings')).toBe(swapUuid);
  },
);

test(
  'the device runs another distribution with its data, its address and its keys, and goes back',
  { timeout: minutes(30) },
  async ({ levitate }) => {
    const { device } = levitate;
    await writeData(levitate);
    const known = await device.sh(identity);
    const done = await levitate.run('migrate', await given(levitate));
    expect(done.last, done.last.message).toMatchObject({
      type: 'result',
      leave: { isNew: true, build: 'openrc 7' },
    });
    // Without the address and the login of before nobody would have got here.
    expect(await device.sh('cat /srv/app/data /etc/hostname')).toBe('precious\nsbc');
    expect(await device.sh(identity)).toBe(known);
    // Confirmed, it starts by itself.
    const first = await device.bootId();
    await device.cut();
    await device.start();
    expect(await device.bootId()).not.toBe(first);
    expect(await device.sh('cat /etc/build-id')).toBe('openrc 7');
    const back = await levitate.run('migrate', ['--undo']);
    expect(back, back.last.message).toMatchObject({ exit: 0, last: { undone: true } });
    expect(await device.sh('cat /etc/build-id')).toBe('sbc-systemd 1');
  },
);
