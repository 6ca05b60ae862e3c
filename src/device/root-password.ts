import { LevitateError } from '../errors.js';
import { report, warn, type Run } from '../progress.js';
import { sshCommand } from '../shared/ssh-host.js';
import { withoutStop } from '../shared/without-stop.js';
import type { Ask } from '../ssh/askpass.js';
import {
  notPermitted,
  tryPassword,
  type Asking,
  type PasswordAsker,
  type RootWay,
} from './as-root.js';
import type { Held } from './connect.js';
import { passwordFile, passwordIn } from './password-file.js';
import type { NotRoot } from './preflight.js';
import type { Ways } from './root-ways.js';

/** How often a person may mistype the password; sudo's own number. */
const attempts = 3;

/**
 * Tries the programs in turn with the password of LEVITATE_SUDO_PASSWORD_FILE, else with what the person types. One that lets
 * the user run nothing whatever is typed, or whose question stays without an answer, leaves the next to be tried.
 * @returns the way that works; else why each gives nothing, where nobody told a password
 * @throws LevitateError NOT_ROOT where none takes what it was told; USAGE as `passwordIn` does
 */
export async function rootByPassword(
  { candidates, refused }: Ways,
  running: Held,
  host: string,
  ask: Ask | undefined,
  run: Run,
): Promise<RootWay | NotRoot[]> {
  const file = passwordFile();
  const named = file !== undefined;
  const notRoot: NotRoot[] = [];
  const refusals: LevitateError[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const { program } = candidate;
    const source: Ask | undefined = named ? () => passwordIn(file) : ask;
    const told =
      source && (await toldFor(candidate, running, host, source, named ? 1 : attempts, run));
    if (typeof told === 'string') return { ...candidate, password: told };
    if (told === undefined) {
      notRoot.push({
        why: `${program} asks for ${wanted[program]}`,
        ...(index === 0 ? { advice } : {}),
      });
      continue;
    }
    refusals.push(told);
    const next = candidates[index + 1]?.program;
    // Who mistypes a password means that program, and none of the others.
    if (next === undefined || (!named && told.data?.['leftOut'] !== true))
      throw together(refusals, refused, file);
    const message = `${told.message}; ${next} is tried, which asks for ${wanted[next]}`;
    if (named) report(run, { type: 'debug', message });
    else warn(run, message);
  }
  return [...refusals.map(asReason), ...notRoot, ...refused];
}

const asReason = ({ message, hint }: LevitateError): NotRoot => ({
  why: message,
  ...(hint === undefined ? {} : { advice: hint }),
});

const advice =
  'On a terminal, levitate asks you for it; elsewhere, name a file that holds it in LEVITATE_SUDO_PASSWORD_FILE.';

const wanted: Record<Asking, string> = {
  sudo: 'a password',
  doas: 'a password',
  su: 'the password of root',
};

/** The password that a program takes, or its refusal; nothing where nobody tells one. */
async function toldFor(
  candidate: PasswordAsker,
  running: Held,
  host: string,
  source: Ask,
  times: number,
  run: Run,
): Promise<string | LevitateError | undefined> {
  const { program } = candidate;
  const question = {
    sudo: `Password of sudo on ${host}: `,
    doas: `Password of doas on ${host}: `,
    su: `Password of root on ${host}, for su: `,
  }[program];
  const signal = run.signal ?? new AbortController().signal;
  let said = '';
  for (let attempt = 0; attempt < times; attempt += 1) {
    const password = await source(question, { again: attempt > 0, signal });
    run.signal?.throwIfAborted();
    if (password === undefined) return undefined;
    const { code, stderr } = await tryPassword(running, candidate, password);
    if (code === 0) return password;
    const refusal = program === 'sudo' ? notPermitted(stderr) : undefined;
    if (refusal !== undefined) return leftOut(refusal, host);
    said = stderr.trim().split('\n').at(-1) ?? '';
    if (times > 1) warn(run, `${program} on ${host} did not take it: ${said}`);
  }
  return new LevitateError('NOT_ROOT', `${program} on ${host} took no password: ${said}`, {
    hint: `Try \`${sshCommand(host, '-t')} ${{ sudo: 'sudo true', doas: 'doas true', su: 'su' }[program]}\` by hand.`,
    data: { refusedBy: program },
  });
}

/** The error for a user whom sudoers leaves out. */
const leftOut = (refusal: string, host: string): LevitateError =>
  new LevitateError(
    'NOT_ROOT',
    `sudo on ${host} lets this user run nothing: ${withoutStop(refusal)}`,
    {
      hint: 'Log in as root or as a user with sudo; or let this one, as root on the device, by the group of its sudoers: `usermod -aG sudo USER` on Debian, `usermod -aG wheel USER` elsewhere.',
      data: { leftOut: true },
    },
  );

/** What all of them said; of the others, those count of which it is known what would help: they are what was meant. */
function together(
  refusals: LevitateError[],
  refused: NotRoot[],
  file: string | undefined,
): LevitateError {
  const helped = refused.filter(({ advice }) => advice !== undefined);
  const said = [...helped.map(({ why }) => why), ...refusals.map(({ message }) => message)];
  const hints = helped.flatMap(({ advice }) => advice ?? []);
  const own = refusals.flatMap(({ hint }) => hint ?? []).slice(0, 1);
  const by = refusals.flatMap(({ data }) => (data?.['refusedBy'] as Asking | undefined) ?? []);
  const told =
    file !== undefined && by.length > 0
      ? [
          `The password in ${file}, which LEVITATE_SUDO_PASSWORD_FILE names, was refused by ${by.join(' and by ')}: the file is told to each in turn.`,
        ]
      : [];
  return new LevitateError('NOT_ROOT', said.join('; '), {
    hint: [...told, ...(hints.length > 0 ? hints : own)].join(' '),
  });
}
