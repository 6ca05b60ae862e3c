import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { ESLint } from 'eslint';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { compiledProgram } from '../../program.js';
import { jsonView } from '../../../src/cli/views/json-view.js';
import { createOutput } from '../../../src/cli/output.js';
import { quietView } from '../../../src/cli/views/quiet-view.js';
import { peopleView } from '../../../src/cli/views/people-view.js';
import type { View } from '../../../src/cli/views/view.js';
import { LevitateError } from '../../../src/errors.js';

/** What a terminal, or an eye, would be led astray by; each from a fact, a reply, a console word or a file's name. */
const hostile: [string, string, string][] = [
  ['a clipboard order (OSC 52)', '\x1b]52;c;cm0gLXJm\x07', '\\x1b]52;c;cm0gLXJm\\x07'],
  ['a title', '\x1b]0;owned\x1b\\', '\\x1b]0;owned\\x1b\\'],
  ['a cleared screen', '\x1b[2J\x1b[H', '\\x1b[2J\\x1b[H'],
  ['a query that answers into the shell', '\x1b[6n\x1bP+q\x1b\\', '\\x1b[6n\\x1bP+q\\x1b\\'],
  ['a C1 introducer', '\x9b31m\x9d0;x\x9c', '\\x9b31m\\x9d0;x\\x9c'],
  ['a return to the line start', 'failed\rDone', 'failed\\x0dDone'],
  ['backspaces', 'no\b\byes', 'no\\x08\\x08yes'],
  ['a bell, a shift and a delete', '\x07\x0e\x7f', '\\x07\\x0e\\x7f'],
  ['a NUL', 'a\0b', 'a\\x00b'],
  ['a direction override', 'x\u202egpj.exe', 'x\\u{202e}gpj.exe'],
  ['a direction isolate', '\u2066x\u2069\u200f', '\\u{2066}x\\u{2069}\\u{200f}'],
  ['zero width', 'ro\u200bot\u2060\ufeff', 'ro\\u{200b}ot\\u{2060}\\u{feff}'],
  ['line and paragraph separators', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
  ['hidden tags', 'a\u{e0041}', 'a\\u{e0041}'],
  ['half a character', 'a\ud800b', 'a\\u{d800}b'],
  ['a filler', 'a\u3164', 'a\\u{3164}'],
];

/** Every way that a text takes to a view. */
const ways: [string, (view: View, text: string) => void][] = [
  ['a phase', (view, text) => view.show({ ...phase, state: 'done', seconds: 1, subject: text })],
  ['a running phase', (view, text) => view.show({ ...phase, state: 'start', subject: text })],
  ['a check', (view, text) => view.show({ ...check, found: text, advice: text })],
  ['a note', (view, text) => view.show({ type: 'note', level: 'warning', message: text })],
  ['a result', (view, text) => view.result('probe', { facts: text, [text]: 1 }, [text])],
  ['an error', (view, text) => view.error(new LevitateError('USAGE', text, { hint: text }))],
  [
    "an error's data",
    (view, text) => view.error(new LevitateError('INTERNAL', 'x', { data: { text } })),
  ],
];
const phase = { type: 'phase', phase: 'facts' } as const;
const check = { type: 'check', name: 'x', verdict: 'ok' } as const;

const views: [string, (stream: PassThrough) => View][] = [
  ['terminal', (stream) => peopleView(onTerminal(stream), onTerminal(stream))],
  ['quiet', (stream) => quietView(createOutput(stream, 'test'))],
  ['json', (stream) => jsonView(createOutput(stream, 'test'), createOutput(stream, 'test'))],
];
const onTerminal = (stream: PassThrough) =>
  createOutput(Object.assign(stream, { isTTY: true, columns: 200 }), 'test');

/** Nothing that a terminal obeys or that cannot be seen, but line ends and levitate's own way back to a live line. */
const harmless = /^(\r\x1b\[K|[\n\t]|[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}])*$/u;

describe.each(views)('the %s view', (name, viewOn) => {
  test.each(hostile)('shows %s and obeys nothing', (_what, text, shown) => {
    for (const [way, send] of ways) {
      const stream = new PassThrough();
      send(viewOn(stream), text);
      const printed = ((stream.read() ?? '') as Buffer).toString();
      expect(printed, way).toMatch(harmless);
      if (name === 'json' && way === 'a note')
        expect(JSON.parse(printed)).toMatchObject({ message: text });
      if (name === 'terminal' && way === 'a result') expect(printed).toBe(`${shown}\n`);
    }
  });

  it('keeps the lines of an error, and none that a result forges', () => {
    const stream = new PassThrough();
    const view = viewOn(stream);
    view.error(new LevitateError('PROFILE_INVALID', 'one\r\ntwo'));
    const printed = ((stream.read() ?? '') as Buffer).toString();
    expect(printed).toContain(name === 'json' ? 'one\\r\\ntwo' : 'one\ntwo\n');
    view.result('status', {}, ['box\nDone.']);
    expect(((stream.read() ?? '') as Buffer).toString()).not.toMatch(/^Done\./m);
  });
});

test('a letter of any language stays as it is', () => {
  const stream = new PassThrough();
  createOutput(stream, 'test').line('größe 大小 حجم … é e\u0301\tx');
  expect((stream.read() as Buffer).toString()).toBe('größe 大小 حجم … é e\u0301\tx\n');
});

let program: Awaited<ReturnType<typeof compiledProgram>>;
beforeAll(async () => {
  program = await compiledProgram();
});
afterAll(() => program.remove());

describe.each(['--quiet', '--json'])('a build with %s', (how) => {
  const profile = (folder: string) => {
    const file = path.join(folder, 'p.yaml');
    execFileSync('sh', [
      '-c',
      'printf "name: x\\narch: x86_64\\nroot: {from: {sysroot: gone}}\\n" >"$1"',
      'sh',
      file,
    ]);
    return file;
  };

  it.each([
    ['full', '/dev/full', '/dev/full'],
    ['full, with words on a good one', '/dev/full', undefined],
  ])('ends with its own status when the log is %s', async (_what, stdout, stderr) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'levitate-log-'));
    const result = await execa(
      process.execPath,
      [program.main, 'build', profile(folder), '-o', '/dev/null', how],
      {
        reject: false,
        stdin: 'ignore',
        stdout: openSync(stdout, 'w'),
        ...(stderr === undefined ? {} : { stderr: openSync(stderr, 'w') }),
      } as object,
    );
    rmSync(folder, { recursive: true });
    expect(result.exitCode).toBe(2);
    if (stderr === undefined) expect(String(result.stderr)).not.toMatch(/^\s+at /m);
  });
});

describe('--version', () => {
  const run = (redirection: string) =>
    execa('sh', ['-c', `"$0" "$1" --version ${redirection}`, process.execPath, program.main], {
      reject: false,
    });
  it('is done, and says that nobody will read it, on a full disk', async () => {
    const { exitCode, stderr } = await run('>/dev/full');
    expect(stderr).toMatch(/^standard output cannot be written \(ENOSPC/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(exitCode).toBe(7);
  });
  it('is silent about it where the words are lost, too', async () => {
    expect(await run('>/dev/full 2>/dev/full')).toMatchObject({ exitCode: 7 });
  });
  it('loses nothing to a reader that goes away', async () => {
    const { stdout, stderr } = await run('| :; true');
    expect([stdout, stderr]).toEqual(['', '']);
  });
  it('does without a closed stream', async () => {
    expect(await run('>&- 2>&-')).toMatchObject({ exitCode: 0 });
  });
});

test('a line that a full disk has cut is ended before the next one', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'levitate-log-'));
  const script = `
    import { createOutput } from '${path.resolve('src/cli/output.ts')}';
    import { appendFileSync, openSync } from 'node:fs';
    const out = createOutput({ fd: openSync(process.argv[1], 'w'), on: () => undefined }, 'log');
    out.json({ message: 'x'.repeat(3000) });
    out.json({ message: 'y'.repeat(3000) });
    out.json({ type: 'result' });
  `;
  // A process may write 4 KiB to a file here, and gets EFBIG, as it would get ENOSPC.
  await execa('sh', [
    '-c',
    'trap "" XFSZ; ulimit -f 8; exec "$@"',
    'sh',
    process.execPath,
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    script,
    path.join(folder, 'log'),
  ]);
  const lines = readFileSync(path.join(folder, 'log'), 'utf8').split('\n');
  rmSync(folder, { recursive: true });
  expect(lines[0]).toBe(JSON.stringify({ message: 'x'.repeat(3000) }));
  expect(lines[1]).toMatch(/^\{"message":"y+$/);
});

const written = /^no-(console|restricted-syntax)$/;
/** The linter as it is configured, with the rules about writing alone, which need no types. */
const linter = new ESLint({
  overrideConfigFile: path.resolve('eslint.config.js'),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => written.test(ruleId),
});

test.each([
  'console.log(1)',
  'process.stdout.write("x")',
  "process['stderr'].write('x')",
  'const { stdout } = process; stdout.write("x")',
  "import { stdout } from 'node:process'; stdout.write('x')",
  "import { writeSync } from 'node:fs'; writeSync(1, 'x')",
])(
  'the lint rules let nothing else write: %s',
  async (code) => {
    for (const filePath of ['src/cli/run.ts', 'src/operations/enter/enter.ts']) {
      const [result] = await linter.lintText(code, { filePath });
      const rules = result!.messages.map(({ ruleId }) => ruleId);
      expect(rules).toContainEqual(expect.stringMatching(written));
    }
  },
  120_000,
);
