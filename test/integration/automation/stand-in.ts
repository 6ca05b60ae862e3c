/** A folder with a stand-in for `levitate` on the PATH, which answers what a test has prepared. */
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Ajv } from 'ajv';
import type { ErrorLine, ResultLine } from '../../../src/cli/views/json-line.js';
import type { ErrorCode } from '../../../src/errors.js';

/** A line of the contract. */
type EventLine =
  ResultLine | ErrorLine | { type: 'note'; level: 'info' | 'warning'; message: string };

/** What one call prints, and how it ends. */
export interface Answer {
  lines?: EventLine[];
  /** What it prints besides, which may be no event. */
  out?: string;
  err?: string;
  exit: number;
}

const schema = new URL('../../../docs/reference/events.schema.json', import.meta.url);
const validate = new Ajv({ strict: false }).compile(
  JSON.parse(await readFile(schema, 'utf8')) as object,
);

export class StandIn {
  #answers = 0;

  private constructor(readonly folder: string) {}

  static async open(): Promise<StandIn> {
    const folder = await mkdtemp(join(tmpdir(), 'levitate-automation-'));
    await mkdir(join(folder, 'bin'));
    await symlink(join(import.meta.dirname, 'stand-in.sh'), join(folder, 'bin/levitate'));
    return new StandIn(folder);
  }

  close = (): Promise<void> => rm(this.folder, { recursive: true });

  /** What programs see that are to find it. */
  get env(): Record<string, string> {
    const path = `${join(this.folder, 'bin')}${delimiter}${process.env['PATH']}`;
    return { PATH: path, HOME: this.folder, ANSWERS: this.folder };
  }

  /** Prepares the answer to its next call; lines that levitate would never print are refused. */
  async answer({ lines = [], out = '', err = '', exit }: Answer): Promise<void> {
    const printed = lines.map((line) => JSON.stringify({ ...line, host: 'ap-1', time: noon }));
    for (const line of printed)
      if (!validate(JSON.parse(line))) throw new Error(`no event of levitate: ${line}`);
    const place = join(this.folder, `${(this.#answers += 1)}`);
    await writeFile(`${place}.out`, [...printed, out].join('\n'));
    await writeFile(`${place}.err`, err);
    await writeFile(`${place}.exit`, `${exit}`);
  }

  /** The arguments of each call, in the order of the calls. */
  async calls(): Promise<string[][]> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.call'));
    names.sort((a, b) => parseInt(a) - parseInt(b));
    return Promise.all(
      names.map(async (name) =>
        (await readFile(join(this.folder, name), 'utf8')).trimEnd().split('\n'),
      ),
    );
  }
}

const noon = '2026-01-01T12:00:00.000Z';

/** The last line of a command that has failed. */
export const failure = (code: ErrorCode, exit: number): Answer => ({
  lines: [{ type: 'error', code, message: 'what has happened', hint: 'what to do', exit }],
  err: `${code}: what has happened\nwhat to do\n`,
  exit,
});
