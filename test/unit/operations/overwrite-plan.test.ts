import { expect, test } from 'vitest';
import type { MountFact } from '../../../src/device/facts.js';
import { identityOf } from '../../../src/device/identity.js';
import type { TargetFacts } from '../../../src/flash/kind.js';
import { targetOf, type TargetSpec } from '../../../src/flash/target.js';
import { agree } from '../../../src/operations/agree.js';
import { planBeforeEntering, type OverwritePlan } from '../../../src/operations/overwrite-plan.js';
import { timeOfPlans } from '../../../src/operations/overwrite-time.js';
import { aLayout, anImage } from '../image/an-image.js';
import { read, sbcText } from './recorded/index.js';

const sbc = read(sbcText);

const address = {
  ...{ host: 'root@pi.local', hostname: 'pi.local', address: '192.168.1.7' },
  ...{ port: 22, user: 'root', proxied: false },
};

const planned = (spec: TargetSpec, about: Partial<TargetFacts>, mounts: MountFact[] = []) => {
  const { kind } = targetOf(spec);
  const facts: TargetFacts = { kind: kind.name, name: 'it', node: '/dev/x', size: 2048, ...about };
  const image = anImage({ ubi: { ...aLayout, volumes: ['rootfs'] } });
  const looked = { target: 't', image, facts, outlook: kind.outlook(image, facts, {}) };
  return planBeforeEntering(address, { ...sbc.facts, mounts }, [looked]).writes[0]!;
};
const mount = (source: string, point: string): MountFact => ({ source, point, type: 'ext4' });

test('a disk is lost with what is mounted from its partitions, and from no other disk', () => {
  const mounts = [
    mount('/dev/mmcblk0p2', '/'),
    mount('/dev/mmcblk0p1', '/boot'),
    mount('/dev/mmcblk0boot0', '/no'),
    mount('/dev/mmcblk1p1', '/no'),
    mount('/dev/mmcblk0', '/whole'),
  ];
  const disk = planned({ block: '/dev/mmcblk0' }, { node: '/dev/mmcblk0' }, mounts);
  expect(disk.mounted).toEqual(['/', '/boot', '/whole']);
  expect(disk.lost.join()).toMatch(/host keys/);
  expect(disk.kept.join()).toMatch(/behind the 1000 bytes of the image/);
});

test('a partition is lost alone', () => {
  const mounts = [mount('/dev/sda1', '/data'), mount('/dev/sda11', '/no')];
  const about = { node: '/dev/sda1', within: '/dev/sda', partition: true };
  const { mounted, kept } = planned({ block: '/dev/sda1' }, about, mounts);
  expect(mounted).toEqual(['/data']);
  expect(kept).toEqual(['the partition table, and the other partitions of /dev/sda']);
});

test('a UBI layout is lost by the names of its volumes; the erase counters stay', () => {
  const mounts = [mount('ubi0:rootfs', '/'), mount('ubi0:other', '/no'), mount('rootfs', '/no')];
  const layout = planned({ ubi: { mtd: 'ubi' } }, { volumes: ['rootfs', 'data'] }, mounts);
  expect(layout.mounted).toEqual(['/']);
  expect(layout.lost).toEqual([
    'the content of every volume on it: rootfs, data',
    'for good, the volumes data',
  ]);
  expect(layout.kept).toContain('the erase counters of all eraseblocks');
});

test('where a power cut leaves nothing that starts, the way back is the boot loader', () => {
  const room = { volumes: [], leb_size: 100, pinned: '' };
  const leavesNothing: Record<string, [TargetSpec, Partial<TargetFacts>]> = {
    NOR: [{ mtd: 'firmware' }, {}],
    NAND: [{ nand: 'kernel' }, {}],
    'a partition': [{ block: '/dev/sda1' }, { partition: true }],
    'a disk': [{ block: '/dev/sda' }, { powerCut: { leadsTo: 'nothing', why: 'no' } }],
    'a UBI layout': [{ ubi: { mtd: 'ubi' } }, room],
    'a UBI volume without room': [
      { 'ubi-volume': 'rootfs', on: { mtd: 'ubi' } },
      { ...room, free_lebs: 0 },
    ],
  };
  for (const [name, [spec, about]] of Object.entries(leavesNothing))
    expect(planned(spec, about), name).toMatchObject({
      cutLeaves: 'nothing',
      cut: expect.stringMatching(/boot loader leads back then: .*help netboot/) as string,
    });
  const rescue = {
    firmware: 'bios' as const,
    offset: 4096,
    length: 4096,
    isThere: false,
    within: [],
  };
  const leavesSomething: Record<string, [TargetSpec, Partial<TargetFacts>]> = {
    'a disk': [{ block: '/dev/sda' }, { powerCut: { leadsTo: 'rescue', ...rescue } }],
    'a UBI volume with room': [
      { 'ubi-volume': 'rootfs', on: { mtd: 'ubi' } },
      { ...room, free_lebs: 100 },
    ],
  };
  for (const [name, [spec, about]] of Object.entries(leavesSomething)) {
    const { cut, cutLeaves } = planned(spec, about);
    expect([cutLeaves, cut.includes('netboot')], name).toEqual([undefined, false]);
  }
});

test('a device in maintenance tells nothing of its own system, and a vendor may have left no name', () => {
  const told = {
    ...sbc.facts,
    model: 'ACME 1',
    serial: 'To be filled by O.E.M.',
    system: 'Debian',
  };
  expect(identityOf(told)).toMatchObject({ model: 'ACME 1', serial: '', system: 'Debian' });
  expect(identityOf({ ...told, state: 'maintenance' })).toMatchObject({ system: '', init: '' });
});

test('who declines is told where the device is; who is asked nothing agrees', async () => {
  const plan = planBeforeEntering(address, sbc.facts, []);
  const answer = (agreed: boolean) => () => Promise.resolve(agreed);
  const hint = (state: OverwritePlan['state']) => ({
    code: 'DECLINED',
    exit: state === 'normal' ? 3 : 5,
    hint: expect.stringContaining(
      state === 'normal' ? 'Nothing on the device has changed' : 'levitate leave root@pi.local',
    ) as string,
  });
  for (const state of ['normal', 'maintenance'] as const)
    await expect(agree(answer(false), () => ({ ...plan, state }), {})).rejects.toMatchObject(
      hint(state),
    );
  await agree(answer(true), () => plan, {});
  await agree(undefined, () => expect.fail(), {});
});

test('an interruption is none of an answer', async () => {
  const stop = new AbortController();
  const plan = planBeforeEntering(address, sbc.facts, []);
  const asked = agree(
    () => {
      stop.abort(new Error('stopped'));
      return Promise.resolve(true);
    },
    () => plan,
    { signal: stop.signal },
  );
  await expect(asked).rejects.toThrow('stopped');
});

test('before it is entered, the time is that of comparing, sending and reading back whole images', () => {
  const image = anImage({});
  const looked = { target: 't', image };
  const { time, port, login } = planBeforeEntering(address, sbc.facts, [looked, looked]);
  expect(time).toMatchObject({ bytes: 6 * image.length, isBound: true });
  expect(time.seconds).toBeCloseTo(time.bytes / time.bytesPerSecond);
  expect(port).toBe(22);
  expect(login).toMatch(/new system as root to confirm it/);
});

test('once the flash was compared, it is that of the steps', () => {
  const step = { touches: null, undoable: true };
  const write = { ...step, do: 'write' as const, chunks: [1], bytes: 1000 };
  const verify = { ...step, do: 'verify' as const, how: 'chunks' as const, bytes: 5000 };
  expect(timeOfPlans([{ steps: [write, verify] }, { steps: [verify] }])).toMatchObject({
    ...{ bytes: 11_000, isBound: false },
  });
});
