import type { BuildResult } from '../../operations/build/build.js';
import type { DeployResult } from '../../operations/deploy.js';
import type { EnterResult } from '../../operations/enter/enter.js';
import type { FlashResult } from '../../operations/flash/flash.js';
import type { InstallResult } from '../../operations/install/install.js';
import type { UninstallResult } from '../../operations/install/uninstall.js';
import type { LeaveResult } from '../../operations/leave/leave.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { sshCommand } from '../../shared/ssh-host.js';
import { commandLines } from './command-lines.js';
import { comparedLines, pictureLine } from './counter-lines.js';
import { clock } from './format.js';
import { doctorLines } from './doctor-lines.js';
import { explainLines } from './explain-lines.js';
import { imageLines } from './image-lines.js';
import { dryOverwriteLines } from './overwrite-lines.js';
import { probeLines } from './probe-lines.js';

/** Results in lines for people, one function for each command. */
export const summary = {
  build: (result: Omit<BuildResult, 'manifest'>): string[] => [
    `${result.output}: ${formatBytes(result.bytes)}, needs ${formatBytes(result.ramBytes)} of RAM, ${result.entries} entries`,
    `sha256 ${result.sha256}`,
    `Programs and libraries: ${Object.entries(result.from)
      .map(([source, count]) => `${count} from ${source}`)
      .join(', ')}`,
    ...[result.uinitrd, result.fit].flatMap((image) =>
      image ? [`${image.path}: ${formatBytes(image.bytes)}`] : [],
    ),
    ...(result.netboot ? [`${result.netboot.folder}: ${result.netboot.files.join(', ')}`] : []),
    ...(result.kexec === undefined ? [] : [`For kexec: ${result.kexec}`]),
    ...(result.explanation ? explainLines(result.explanation) : []),
  ],

  doctor: doctorLines,

  image: imageLines,

  probe: probeLines,

  install: ({ place, changed, bytes: size, sha256 }: InstallResult): string[] => [
    changed
      ? `Installed ${formatBytes(size)} on ${place}.`
      : `${place} has this very archive already.`,
    `sha256 ${sha256}`,
  ],

  uninstall: ({ place, changed }: UninstallResult): string[] => [
    changed ? `Nothing of levitate is left on ${place}.` : `Nothing of levitate was on ${place}.`,
  ],

  /**
   * What became of the device, and what may be done now.
   * @param again the same command without --dry-run
   */
  enter: (result: EnterResult, again: string): string[] =>
    result.entered
      ? [
          `${result.host} is in maintenance${result.already ? '' : ` after ${clock(result.seconds)}`}.`,
          ...commandLines(
            ['Look around', sshAsRoot(result.host)],
            ['Write', `levitate flash ${result.host} TARGET=IMAGE`],
            ['Go back', `levitate leave ${result.host}`],
          ),
        ]
      : [canBeEntered(result), ...commandLines(['Enter it', again])],

  /**
   * What was written, or what would be.
   * @param again the same command without --dry-run
   * @param columns the width of the screen
   */
  flash: (result: FlashResult, again: string, columns: number): string[] =>
    result.targets.length === 0
      ? [...dryLines(result, columns), ...commandLines(['Write it', again])]
      : [
          ...result.targets.flatMap(targetLines),
          ...pictureLine(result),
          ...commandLines(['Boot it', `levitate leave ${result.host}`]),
        ],

  leave: (result: LeaveResult): string[] => [leftLine(result), ...logIn(result)],

  /**
   * What was done, or what would be.
   * @param again the same command without --dry-run
   * @param columns the width of the screen
   */
  deploy: (result: DeployResult, again: string, columns: number): string[] => {
    const { enter, flash, leave, overwrite, profileOut, seconds, slot } = result;
    const saved = profileOut === undefined ? [] : [`The profile is in ${profileOut}.`];
    const done = `Done in ${clock(seconds)}.`;
    if (slot && !slot.needed)
      return [
        `Slot ${slot.ran} of ${result.host} runs build ${slot.build ?? ''} already: there was nothing to do.`,
      ];
    if (leave)
      return [
        ...(flash ? [...flash.targets.flatMap(targetLines), ...pictureLine(flash)] : []),
        leftLine(leave),
        ...(slot ? [`It runs slot ${slot.written}, which starts from now on.`] : []),
        ...saved,
        done,
        ...logIn(leave),
      ];
    return [
      ...(flash ? dryLines(flash, columns) : []),
      ...(overwrite ? dryOverwriteLines(overwrite, columns) : []),
      enter.entered
        ? `${enter.host} is in maintenance; nothing was written now.`
        : slot
          ? `Nothing was changed on ${enter.host}. Slot ${slot.written} can be written while slot ${slot.ran} runs.`
          : canBeEntered(enter),
      ...saved,
      done,
      ...commandLines(['Re-image it', again]),
    ];
  },
};

const leftLine = ({ host, isNew, seconds, build }: LeaveResult): string =>
  `${host} is in its ${isNew ? 'new' : 'old'} system after ${clock(seconds)}${build === undefined ? '' : `, build ${build}`}.`;

/** Its own system has taken the same login a moment ago. */
const logIn = ({ host }: LeaveResult): string[] => commandLines(['Log in', sshCommand(host)]);

const canBeEntered = ({ host }: EnterResult): string =>
  `Nothing was changed on ${host}. It can be entered.`;

/** What a write would do, and what it would mean. */
const dryLines = ({ plans, overwrite }: FlashResult, columns: number): string[] => [
  ...(overwrite ? dryOverwriteLines(overwrite, columns) : []),
  ...plans.map(planLine),
];

/** The maintenance system knows no user but root, whomever ssh_config names; of two users, ssh takes the first (ssh.c). */
const sshAsRoot = (host: string): string =>
  /^(ssh:\/\/)?root@/.test(host) ? sshCommand(host) : sshCommand(host, '-l', 'root');

const planLine = (plan: FlashResult['plans'][number]): string =>
  `${plan.target} (${plan.node}): ${formatBytes(plan.sendBytes)} of ${formatBytes(plan.length)} would be sent (${plan.way}: ${plan.why})${keptIn(plan)}; steps: ${plan.steps.map(stepWords).join(', ')}`;

const stepWords = (step: FlashResult['plans'][number]['steps'][number]): string => {
  const { cut } = step;
  const then = cut === undefined ? '' : ` (power cut: ${cut})`;
  if (step.do === 'clear') return `clear ${step.what}${then}`;
  return `${step.do === 'make' ? `make ${step.fileSystem}` : step.do}${then}`;
};

/** The ranges that the profile keeps. */
const keptIn = ({ kept }: FlashResult['plans'][number]): string =>
  kept.length === 0
    ? ''
    : `; never written: ${kept.map(({ offset, length }) => `${length} bytes at ${offset}`).join(', ')}`;

function targetLines(target: FlashResult['targets'][number]): string[] {
  const lines = [
    `${target.target} (${target.node}): ${formatBytes(target.sentBytes)} of ${formatBytes(target.imageBytes)} sent${compressed(target)} and written in ${clock(target.writeSeconds)}, read back whole in ${clock(target.verifySeconds)}`,
  ];
  if (target.counters) {
    lines.push(...comparedLines(target.counters));
  }
  if (target.tree) {
    const { names, files, bytes } = target.tree;
    lines.push(
      `${target.target}: ${names} names, of which ${files} are files of ${bytes} bytes, were compared with the archive`,
    );
  }
  return lines;
}

const compressed = ({ sentBytes, wireBytes }: FlashResult['targets'][number]): string =>
  wireBytes < sentBytes ? ` (as ${formatBytes(wireBytes)}, compressed)` : '';
