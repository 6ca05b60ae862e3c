/** Results of `deploy` and `probe`, as docs/reference/events.md has them. */
import type { ResultLine } from '../../../src/cli/views/json-line.js';
import type { Check } from '../../../src/progress.js';
import { read, sbcText } from '../../unit/operations/recorded/index.js';
import type { Answer } from './stand-in.js';

type Result<Command> = Extract<ResultLine, { command: Command }>;

const entered = {
  host: 'ap-1',
  checks: [],
  entered: true,
  already: false,
  seconds: 9,
  bootId: 'b',
};
const written = { host: 'ap-1', plans: [], targets: [] };

/** A deploy that has ended well. */
export const deployed = (more: Partial<Result<'deploy'>> = {}): Answer => ({
  lines: [
    {
      type: 'result',
      command: 'deploy',
      host: 'ap-1',
      enter: entered,
      flash: written,
      leave: { host: 'ap-1', isNew: true, bootId: 'c', build: 'v2', seconds: 30 },
      seconds: 60,
      ...more,
    },
  ],
  exit: 0,
});

/** The same where all was on the medium already. */
export const sameBuild = deployed({
  leave: { host: 'ap-1', isNew: false, bootId: 'c', build: 'v2', seconds: 30 },
});

/** The same, and the device was in maintenance before. */
export const broughtBack = deployed({
  enter: { ...entered, already: true },
  leave: { host: 'ap-1', isNew: false, bootId: 'c', seconds: 30 },
});

/** A dry run at a device in maintenance, of which so many bytes differ. */
export const compared = (sendBytes: number): Answer => {
  const plan = { target: 'disk', node: '/dev/mmcblk0', image: 'new.img', length: 1024 };
  const how = { protectedBy: [], kept: [], steps: [], lost: [], way: 'delta' as const, why: 'why' };
  const flash = { ...written, plans: [{ ...plan, ...how, sendBytes }] };
  return dryRun({ flash, enter: { ...entered, entered: false, already: true } });
};

/** A dry run at a device that is in its own system. */
export const planned = (): Answer =>
  dryRun({
    enter: { ...entered, entered: false },
    overwrite: {
      host: 'ap-1',
      device: { hostname: 'ap', model: 'Acme', serial: '7', system: 'Debian 12', init: 'systemd' },
      address: '192.0.2.1',
      port: 22,
      login: 'by the key of yours',
      state: 'normal',
      touched: false,
      writes: [
        {
          target: 'disk',
          place: '/dev/mmcblk0, 4 GiB',
          image: 'new.img',
          format: 'ext4',
          imageBytes: 1024,
          mounted: ['/'],
          lost: ['all of the old system'],
          kept: ['the second partition'],
          cut: 'A half-written disk.',
        },
      ],
      time: { bytes: 1024, bytesPerSecond: 1024, seconds: 1, isBound: true },
    },
  });

function dryRun(more: Partial<Result<'deploy'>>): Answer {
  const { lines, exit } = deployed(more);
  const { leave: _none, flash, ...rest } = lines![0] as Result<'deploy'>;
  return { lines: [{ ...rest, ...(more.flash ? { flash: flash! } : {}) }], exit };
}

/** A look at a device, which a check may refuse. */
export function probed(...checks: Check[]): Answer {
  const { facts, probed: more } = read(sbcText);
  const { installed: _none, ...shown } = facts;
  const seen = { facts: { ...shown, ...more }, brought: [], checks, profile: 'name: ap\n' };
  return {
    lines: [{ type: 'result', command: 'probe', host: 'ap-1', ...seen }],
    exit: checks.some(({ verdict }) => verdict === 'refusal') ? 3 : 0,
  };
}
