import type { BuildResult } from '../../operations/build/build.js';
import type { DeployResult } from '../../operations/deploy.js';
import type { EnterResult } from '../../operations/enter/enter.js';
import type { FlashResult } from '../../operations/flash/flash.js';
import type { InstallResult } from '../../operations/install/install.js';
import type { UninstallResult } from '../../operations/install/uninstall.js';
import type { LeaveResult } from '../../operations/leave/leave.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { sshCommand } from '../../shared/ssh-host.js';
import { clock } from './format.js';
import { doctorLines } from './doctor-lines.js';
import { explainLines } from './explain-lines.js';
import { imageLines } from './image-lines.js';
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

  enter: (result: EnterResult): string[] =>
    result.entered
      ? [
          `${result.host} is in maintenance${result.already ? '' : ` after ${clock(result.seconds)}`}.`,
          `Look around: ${sshAsRoot(result.host)}    Write: levitate flash ${result.host} TARGET=IMAGE    Go back: levitate leave ${result.host}`,
        ]
      : [`Nothing was changed on ${result.host}. It can be entered.`],

  flash: (result: FlashResult): string[] =>
    result.targets.length === 0
      ? result.plans.map(planLine)
      : [...result.targets.flatMap(targetLines), `Boot it: levitate leave ${result.host}`],

  leave: (result: LeaveResult): string[] => [
    `${result.host} is in its ${result.isNew ? 'new' : 'old'} system after ${clock(result.seconds)}${result.build === undefined ? '' : `, build ${result.build}`}.`,
  ],

  deploy: (result: DeployResult): string[] => [
    ...(result.flash?.targets.flatMap(targetLines) ?? []),
    ...(result.leave ? [] : (result.flash?.plans.map(planLine) ?? [])),
    ...(result.leave ? summary.leave(result.leave) : summary.enter(result.enter)),
    ...(result.profileOut === undefined ? [] : [`The profile is in ${result.profileOut}.`]),
    `Done in ${clock(result.seconds)}.`,
  ],
};

/** The maintenance system knows no user but root, whomever ssh_config names; of two users, ssh takes the first (ssh.c). */
const sshAsRoot = (host: string): string =>
  /^(ssh:\/\/)?root@/.test(host) ? sshCommand(host) : sshCommand(host, '-l', 'root');

const planLine = (plan: FlashResult['plans'][number]): string =>
  `${plan.target} (${plan.node}): ${formatBytes(plan.sendBytes)} of ${formatBytes(plan.length)} would be sent; steps: ${plan.steps.map((step) => (step.do === 'clear' ? `clear ${step.what}` : step.do)).join(', ')}`;

function targetLines(target: FlashResult['targets'][number]): string[] {
  const lines = [
    `${target.target} (${target.node}): ${formatBytes(target.sentBytes)} of ${formatBytes(target.imageBytes)} sent and written in ${clock(target.writeSeconds)}, read back whole in ${clock(target.verifySeconds)}`,
  ];
  if (target.counters) {
    const { before, after, lost } = target.counters;
    const show = ({ valid, lowest, mean, highest }: typeof before) =>
      valid === 0 ? 'none' : `${lowest} / ${mean} / ${highest}`;
    lines.push(
      `  erase counters (lowest / mean / highest): ${show(before)} before, ${show(after)} after, lost: ${lost || 'none'}`,
    );
  }
  return lines;
}
