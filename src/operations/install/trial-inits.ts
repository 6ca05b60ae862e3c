import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import fs from 'fs-extra';
import { installFolder } from '../../device/hook.js';

/** An init system that can start the trial timer, as it lies in a root file system that is being built. */
export interface TrialInit {
  /** Its name, for a message. */
  name: string;
  /** The file of `initramfs/trial` that it starts, beside the timer itself; where it needs one. */
  file?: { name: string; mode: number };
  /** Whether this root has it. */
  isIn(root: string): Promise<boolean>;
  /** Makes it start the timer. */
  start(root: string): Promise<void>;
  /** Takes away what `start` has made. */
  stop(root: string): Promise<void>;
}

const unit = 'levitate-trial.service';
const script = 'levitate-trial';

/** An init system that finds what it starts by links: their paths in the root, and what they lead to. */
const byLinks = (links: Record<string, string>): Pick<TrialInit, 'start' | 'stop'> => ({
  start: async (root) => {
    for (const [path, to] of Object.entries(links)) await fs.ensureSymlink(to, join(root, path));
  },
  stop: async (root) => {
    for (const path of Object.keys(links)) await fs.remove(join(root, path));
  },
});

/** Where systemd finds the unit, and why it starts it (systemd.unit(5)), as paths in the root and what these links lead to. */
export const trialLinks: Record<string, string> = {
  [`usr/lib/systemd/system/${unit}`]: `../../levitate/${unit}`,
  [`usr/lib/systemd/system/sysinit.target.wants/${unit}`]: `../${unit}`,
};

const systemd: TrialInit = {
  name: 'systemd',
  file: { name: unit, mode: 0o644 },
  isIn: (root) => fs.pathExists(join(root, 'usr/lib/systemd/system')),
  ...byLinks(trialLinks),
};

/** An init system with scripts in init.d, and links to those that it starts. */
const byScript = (file: string, link: string): Pick<TrialInit, 'file' | 'start' | 'stop'> => {
  const path = `etc/init.d/${script}`;
  const links = byLinks({ [link]: relative(dirname(link), path) });
  return {
    file: { name: file, mode: 0o755 },
    start: async (root) => {
      // A copy: what such a script is called may be told by where it lies.
      await fs.copy(join(root, installFolder, file), join(root, path));
      await links.start(root);
    },
    stop: async (root) => {
      await links.stop(root);
      await fs.remove(join(root, path));
    },
  };
};

/** procd starts the scripts of rc.d in the order of their names (procd, rcS.c). */
const procd: TrialInit = {
  name: 'procd',
  isIn: (root) => fs.pathExists(join(root, 'sbin/procd')),
  ...byScript('procd', `etc/rc.d/S00${script}`),
};

/** openrc-init reads no inittab; its first runlevel is sysinit (openrc-init.c). */
const openrc: TrialInit = {
  name: 'OpenRC',
  isIn: async (root) =>
    (await leadsTo(root, 'sbin/init', 'openrc-init')) &&
    (await fs.pathExists(join(root, 'etc/runlevels'))),
  ...byScript('openrc', `etc/runlevels/sysinit/${script}`),
};

const inittab = 'etc/inittab';
const program = `${installFolder}/trial start`;
/** The comment above the line of levitate. */
const sign = '# levitate has put the next line here: levitate help slots.';

/**
 * An init system with an inittab, which gets one line: first of all that is done at a boot, so that nothing which hangs keeps the timer
 * from starting.
 */
const byInittab = (name: string, line: string, isIn: TrialInit['isIn']): TrialInit => ({
  name,
  isIn: async (root) => (await fs.pathExists(join(root, inittab))) && (await isIn(root)),
  start: async (root) => {
    const text = await readFile(join(root, inittab), 'utf8');
    await fs.writeFile(join(root, inittab), `${sign}\n${line}\n${withoutLine(text)}`);
  },
  stop: async (root) => {
    const path = join(root, inittab);
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text.includes(sign)) await fs.writeFile(path, withoutLine(text));
  },
});

const withoutLine = (text: string): string => {
  const lines = text.split('\n');
  const at = lines.indexOf(sign);
  return at < 0 ? text : lines.toSpliced(at, 2).join('\n');
};

/** busybox init (init/init.c): an entry has no runlevels. */
const busybox = byInittab('busybox init', `::sysinit:${program}`, (root) =>
  leadsTo(root, 'sbin/init', 'busybox'),
);

/** sysvinit (inittab(5)): an entry has a name of its own. */
const sysvinit = byInittab('sysvinit', `lv::sysinit:${program}`, async (root) =>
  /^[^#:\n]+:[^:\n]*:initdefault:/m.test(await readFile(join(root, inittab), 'utf8')),
);

/** Each init system, in the order of asking: a procd has an inittab as well, and a systemd may have what others left behind. */
export const trialInits: readonly TrialInit[] = [systemd, procd, openrc, busybox, sysvinit];

/** Whether a path of the root is a link to a program of this name, wherever that lies. */
async function leadsTo(root: string, path: string, name: string): Promise<boolean> {
  const target = await fs.readlink(join(root, path)).catch(() => '');
  return target.split('/').at(-1) === name;
}
