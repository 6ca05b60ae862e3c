/** docs/how-to/automation/ansible, by the real ansible-playbook, with a stand-in for levitate. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ansible as runAnsible, bringModules, play as playThere, type Task } from './playbook.js';
import { broughtBack, compared, deployed, planned, probed, sameBuild } from './results.js';
import { failure, StandIn, type Answer } from './stand-in.js';

let standIn: StandIn;
beforeEach(async () => {
  standIn = await StandIn.open();
  await bringModules(standIn.folder);
});
afterEach(() => standIn.close());

const ansible = (program: string, words: string[]) => runAnsible(standIn, program, words);
const play = (tasks: Task[], ...words: string[]) => playThere(standIn, tasks, ...words);

const host = { host: 'ap-1' };
const all = { ...host, profile: 'ap.yaml', images: { disk: 'new.img' } };
const deploy = (parameters: Task['parameters'] = all, more?: Task['more']): Task => ({
  ...{ module: 'levitate_deploy', parameters, ...(more && { more }) },
});
const probe = (parameters: Task['parameters']): Task => ({ module: 'levitate_probe', parameters });

it('deploys: each option becomes its own, and what was written or brought back is changed', async () => {
  const warning = { type: 'note', level: 'warning', message: 'The lock is old.' } as const;
  await standIn.answer(deployed());
  await standIn.answer({ ...sameBuild, lines: [warning, ...sameBuild.lines!] });
  await standIn.answer(broughtBack);
  const { given, stderr } = await play([
    deploy({
      ...{ ...all, images: { rootfs: 'b.img#sha256=ab', boot: 'a.img' }, expect_build: 'v2' },
      ...{ from: 'maintenance', kernel: 'Image', full: true, ssh_config: 'config', locked: true },
      ...{ accept_counter_loss: true, drop_volumes: true, drop_kept: true, accept_board: true },
    }),
    deploy({ host: '-x', image: 'a b.img', delta: true }),
    deploy(),
  ]);
  expect(given).toMatchObject([
    { changed: true, failed: false, exit: 0, code: null, result: { leave: { build: 'v2' } } },
    { changed: false, failed: false },
    { changed: true, failed: false },
  ]);
  expect(stderr).toContain('[WARNING]: The lock is old.');
  const begin = ['deploy', '--json', '--quiet'];
  expect(await standIn.calls()).toEqual([
    [
      ...[...begin, '--ssh-config', 'config', '--yes', '--locked', '--full'],
      ...['--accept-counter-loss', '--drop-volumes', '--drop-kept', '--accept-board'],
      ...['--expect-build', 'v2', '--kernel', 'Image', '--from', 'maintenance'],
      ...['--', 'ap-1', 'ap.yaml', 'boot=a.img', 'rootfs=b.img#sha256=ab'],
    ],
    [...begin, '--yes', '--delta', '--', '-x', 'a b.img'],
    [...begin, '--yes', '--', 'ap-1', 'ap.yaml', 'disk=new.img'],
  ]);
});

it('runs dry in check mode, says what would change, and shows in diff mode what goes where', async () => {
  const slot = { ran: 'a', written: 'b', needed: false, build: 'v2' };
  const answers = [planned(), compared(512), compared(0), deployed({ slot })];
  for (const answer of [...answers, failure('FLASHER_FAILED', 5)]) await standIn.answer(answer);
  const tasks = Array<Task>(5).fill(deploy());
  const { given, stdout } = await play(tasks, '--check', '--diff');
  expect(given.map(({ changed }) => changed)).toEqual([true, true, false, false, false]);
  expect(given.map(({ failed }) => failed)).toEqual([false, false, false, false, true]);
  expect((await standIn.calls()).map((call) => call[3])).toEqual(Array(5).fill('--dry-run'));
  expect(stdout).toContain(`new.img -> /dev/mmcblk0, 4 GiB (1024 bytes)
  lost: all of the old system
  kept: the second partition
  power cut: A half-written disk.`);
  expect(stdout).toContain('new.img -> disk (/dev/mmcblk0), 512 of 1024 bytes');
});

it('tells the code of a failure, and by its status where the device is', async () => {
  const failures = [
    ['PREFLIGHT_REFUSED', 3, false, 'nothing was touched'],
    ['INTERRUPTED', 4, false, 'the device is in its old system'],
    ['INTERRUPTED', 5, true, 'the device is in maintenance: the same task again carries on'],
    ['LEASE_LOST', 6, true, 'a person has to look at the device'],
  ] as const;
  for (const [code, exit] of failures) await standIn.answer(failure(code, exit));
  expect((await play(failures.map(() => deploy()))).given).toMatchObject(
    failures.map(([code, exit, changed, left]) => ({
      ...{ failed: true, code, message: 'what has happened', hint: 'what to do', exit, left },
      ...{ changed, msg: `${code}: what has happened. ${left}` },
    })),
  );
});

it('carries on after status 5, and after no other', async () => {
  const untilDone = (index: number) =>
    deploy(all, { until: `given_${index}.exit | default(0) != 5`, retries: 3, delay: 0 });
  const cut = [failure('CONNECTION_LOST', 5), failure('INTERRUPTED', 5)];
  for (const answer of [...cut, deployed(), failure('LEASE_LOST', 6)]) await standIn.answer(answer);
  expect((await play([untilDone(0), untilDone(1)])).given).toMatchObject([
    { failed: false, changed: true, attempts: 3 },
    { failed: true, exit: 6, attempts: 1 },
  ]);
});

it('refuses wrong parameters, and a missing program, before levitate is called', async () => {
  const wrong: [Task, RegExp][] = [
    [deploy(host), /one of the following is required: image, images/],
    [deploy({ ...host, profile: 'a', image: 'b' }), /image\|profile/],
    [deploy({ ...host, images: { a: 'b' } }), /required together: profile, images/],
    [deploy({ ...all, full: true, delta: true }), /full\|delta/],
    [deploy({ ...all, from: 'nowhere' }), /from must be one of: running, maintenance/],
    [probe({}), /missing required arguments: host/],
    [probe({ ...host, image: 'a' }), /Unsupported parameters.*image/],
    [probe({ ...host, executable: ['levitate-2'] }), /^there is no program levitate-2 on the/],
    [probe({ ...host, executable: [] }), /^there is no program '' on the/],
  ];
  expect((await play(wrong.map(([task]) => task))).given).toMatchObject(
    wrong.map(([, why]) => ({ failed: true, changed: false, msg: expect.stringMatching(why) })),
  );
  expect(await standIn.calls()).toEqual([]);
});

it('takes nothing for a result but a result, and keeps the status', async () => {
  const strange: [Answer, Record<string, unknown>, RegExp][] = [
    [{ out: 'Segmentation fault', exit: 139 }, { exit: 139, changed: true }, /no event: Segm/],
    [{ ...deployed(), out: '[1]' }, { exit: 0, changed: true }, /no event: \[1\]/],
    [{ exit: 0 }, { exit: 0 }, /without a result/],
    [probed(), { exit: 0 }, /without a result/],
    [
      { err: 'USAGE: wrong\nWrite: it\n', exit: 2 },
      { exit: 2, changed: false, code: 'USAGE', message: 'wrong', hint: 'Write: it' },
      /^USAGE: wrong/,
    ],
  ];
  for (const [answer] of strange) await standIn.answer(answer);
  expect((await play(strange.map(() => deploy()))).given).toMatchObject(
    strange.map(([, fields, why]) => ({
      ...{ failed: true, ...fields, msg: expect.stringMatching(why) },
    })),
  );
});

it('probes, also in check mode; a device that is refused fails with the rows that refuse it', async () => {
  await standIn.answer(probed());
  await standIn.answer(probed({ name: 'RAM', verdict: 'refusal', found: '9 MiB', advice: 'more' }));
  const tasks = [probe({ ...host, profile: 'ap.yaml' }), probe(host)];
  expect((await play(tasks, '--check')).given).toMatchObject([
    { failed: false, changed: false, exit: 0, refused: [], result: { profile: 'name: ap\n' } },
    {
      ...{ failed: true, changed: false, exit: 3, refused: [{ name: 'RAM', advice: 'more' }] },
      msg: 'the device is refused: RAM: 9 MiB. nothing was touched',
    },
  ]);
  expect(await standIn.calls()).toEqual([
    ['probe', '--json', '--quiet', '--', 'ap-1', 'ap.yaml'],
    ['probe', '--json', '--quiet', '--', 'ap-1'],
  ]);
});

it('the playbook goes to one device first, and ends there if that fails', async () => {
  const inventory = join(standIn.folder, 'hosts');
  await writeFile(inventory, '[access_points]\nap-[1:3]\n');
  const words = ['-i', inventory, '-e', 'seconds_between=0', 'rollout.yml'];
  for (const answer of [probed(), failure('CONNECTION_LOST', 5), failure('NOT_CONFIRMED', 6)])
    await standIn.answer(answer);
  const stopped = await ansible('ansible-playbook', words);
  expect(stopped.exitCode).toBe(2);
  expect((await standIn.calls()).map((call) => call[call.indexOf('--') + 1])).toEqual(
    Array(3).fill('ap-1'),
  );
  for (const answer of [probed(), deployed(), probed(), probed(), deployed(), deployed()])
    await standIn.answer(answer);
  const through = await ansible('ansible-playbook', ['--forks', '1', ...words]);
  expect(through.exitCode, through.stdout).toBe(0);
  expect(through.stdout.match(/changed=1/g)).toHaveLength(3);
});

it.each(['levitate_probe', 'levitate_deploy'])(
  'ansible-doc tells each option of %s',
  async (name) => {
    const words = ['--module-path', join(standIn.folder, 'library'), name];
    const { stdout, stderr, exitCode } = await ansible('ansible-doc', ['--json', ...words]);
    expect([exitCode, stderr]).toEqual([0, '']);
    const page = (
      JSON.parse(stdout) as Record<string, { doc: Page; examples: string; return: object }>
    )[name]!;
    const options = Object.entries(page.doc.options);
    for (const [option, { description }] of options) expect(description, option).toBeTruthy();
    expect(page.examples).toContain(`${name}:`);
    expect(Object.keys(page.return)).toContain('exit');
    expect((await ansible('ansible-doc', words)).stdout).toContain('EXAMPLES');
  },
);

interface Page {
  options: Record<string, { description: unknown }>;
}
