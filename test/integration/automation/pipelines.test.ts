/** docs/how-to/automation, its pipelines: every script is run as a runner does, with the program itself, on devices that nobody reaches. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { program, Workshop } from '../../builders/workshop.js';
import { deployed } from './results.js';
import { failure, StandIn } from './stand-in.js';

const recipes = join(import.meta.dirname, '../../../docs/how-to/automation');
const read = async (file: string) => parse(await readFile(join(recipes, file), 'utf8')) as unknown;

interface Job {
  environment?: string;
  needs?: string;
  script?: string[];
  stage?: string;
  extends?: string;
  when?: string;
  steps?: { uses?: string; run?: string }[];
}

const github = (await read('github/update.yml')) as {
  env: Record<string, string>;
  jobs: Record<'archive' | 'canary' | 'others', Job>;
  concurrency: Record<string, unknown>;
};
const gitlab = (await read('gitlab/.gitlab-ci.yml')) as {
  stages: string[];
  variables: Record<string, string>;
} & Record<'archive' | 'canary' | 'others' | '.deploy', Job>;

/** The scripts of each job, in order. */
const pipelines = {
  github: {
    env: github.env,
    scripts: (job: 'archive' | 'canary' | 'others') =>
      github.jobs[job].steps!.flatMap(({ run }) => (run === undefined ? [] : [run])),
  },
  gitlab: {
    env: gitlab.variables,
    scripts: (job: 'archive' | 'canary' | 'others') => gitlab[job].script!,
  },
};

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
  await mkdir(shop.at('bin'));
  const calls = `#!/bin/sh\nprintf '%s\\n' "$*" >>"${shop.at('calls')}"\nexec node ${program} "$@"\n`;
  await writeFile(shop.at('bin/levitate'), calls, { mode: 0o755 });
  shop.env['PATH'] = `${shop.at('bin')}:${process.env['PATH']}`;
  await copyFile(join(recipes, 'deploy.sh'), shop.at('deploy.sh'));
  await shop.write('devices', 'ap-1\nap-2\nap-3\n');
  await shop.write('ssh_config', 'Host *\n  ProxyCommand false\n');
  const targets = '{ disk: { block: /dev/mmcblk0 } }';
  const flash = `flash: { targets: ${targets}, trust: [release.pub] }`;
  await shop.write('ap.yaml', `name: ap\narch: x86_64\n${flash}\n`);
  for (const command of [
    'mkfs.ext4 -q new.img 1M',
    'zstd -q new.img',
    'ssh-keygen -q -t ed25519 -N "" -f release',
    'ssh-keygen -q -Y sign -n file -f release new.img.zst',
  ])
    expect(await shop.run(['sh', '-c', command])).toMatchObject({ status: 0 });
  await shop.lock('ap.yaml');
});
afterAll(() => shop.close());

describe.each(['github', 'gitlab'] as const)('%s', (name) => {
  const { env, scripts } = pipelines[name];
  const run = async (script: string) => {
    await shop.write('calls', '');
    const ended = await shop.run(['bash', '-e', '-c', script], env);
    return { ...ended, calls: (await readFile(shop.at('calls'), 'utf8')).trim().split('\n') };
  };

  it('checks the image, builds the archive that is pinned, and ends with an image that nobody signed', async () => {
    for (const script of scripts('archive')) expect(await run(script)).toMatchObject({ status: 0 });
    expect(await shop.digest('ap.cpio.gz')).toMatch(/^[0-9a-f]{64}$/);
    const [look = ''] = scripts('archive');
    await copyFile(shop.at('new.img.zst'), shop.at('other.img.zst'));
    expect(await shop.run(['bash', '-e', '-c', look], { IMAGE: 'other.img.zst' })).toMatchObject({
      ...{ status: 2, out: expect.stringContaining('nothing beside other.img.zst signs it') },
    });
  });

  it('goes to one device, then to the others, and ends at the first that fails', async () => {
    const dryRun = 'ap.yaml disk=new.img.zst --locked -F ssh_config --dry-run';
    const real = 'ap.yaml disk=new.img.zst --expect-build v2 --locked -F ssh_config --yes --json';
    const expected = { canary: [`ap-1 ${dryRun}`, `ap-1 ${real}`], others: [`ap-2 ${real}`] };
    for (const job of ['canary', 'others'] as const) {
      const all = scripts(job);
      for (const [index, script] of all.entries()) {
        const { status, out, err, calls } = await run(script);
        expect(calls).toEqual([`deploy ${expected[job][index]}`]);
        // The command line was taken: what fails is the way to the device.
        expect([status, out + err]).toEqual([6, expect.stringContaining('HOST_UNREACHABLE')]);
      }
      expect(all).toHaveLength(expected[job].length);
    }
  });
});

it('waits at a gate before each of the two, and never does two at once', () => {
  expect(github.jobs).toMatchObject({
    canary: { needs: 'archive', environment: 'canary' },
    others: { needs: 'canary', environment: 'access-points' },
  });
  expect(github.concurrency).toMatchObject({ 'cancel-in-progress': false });
  expect(gitlab.stages).toEqual(['check', 'canary', 'others']);
  const gated = { extends: '.deploy' };
  expect(gitlab).toMatchObject({
    '.deploy': { when: 'manual', allow_failure: false, resource_group: 'access-points' },
    archive: { stage: 'check' },
    canary: { ...gated, stage: 'canary', environment: 'canary' },
    others: { ...gated, stage: 'others', environment: 'access-points' },
  });
});

it('deploy.sh carries on after status 5, three times at most, and after no other', async () => {
  const standIn = await StandIn.open();
  try {
    const env = { ...standIn.env, IMAGE: 'new.img', BUILD: 'v2', SECONDS_BETWEEN: '0' };
    const deploy = () => shop.run(['./deploy.sh', 'ap-1'], env);
    const cut = failure('CONNECTION_LOST', 5);
    for (const answers of [
      [cut, deployed()],
      [cut, cut, cut],
      [cut, failure('LEASE_LOST', 6)],
    ]) {
      const before = (await standIn.calls()).length;
      for (const answer of answers) await standIn.answer(answer);
      expect((await deploy()).status).toBe(answers.at(-1)!.exit);
      expect((await standIn.calls()).length - before).toBe(answers.length);
    }
    const standing = (await standIn.calls()).length;
    for (const _device of ['ap-2', 'ap-3']) await standIn.answer(deployed());
    const [others = ''] = pipelines.github.scripts('others');
    expect((await shop.run(['bash', '-e', '-c', others], env)).status).toBe(0);
    const after = (await standIn.calls()).slice(standing);
    expect(after.map(([, host]) => host)).toEqual(['ap-2', 'ap-3']);
  } finally {
    await standIn.close();
  }
});
