import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { helpTopics } from '../../../src/cli/commands/help.js';
import { renderPage } from '../../../src/cli/help/render.js';
import { out } from '../../../src/cli/output.js';
import { createProgram } from '../../../src/cli/program.js';
import { exitMeanings } from '../../../src/exit-status.js';

/** What `levitate help TOPIC` prints. */
async function help(...topic: string[]): Promise<string> {
  const printed = vi.spyOn(out, 'text').mockImplementation(() => undefined);
  const program = createProgram().configureOutput({ writeOut: (text) => out.text(text) });
  for (const command of program.commands)
    command.configureOutput({ writeOut: (text) => out.text(text) });
  await program.parseAsync(['node', 'levitate', 'help', ...topic]);
  const text = printed.mock.calls.map(([text]) => text).join('');
  printed.mockRestore();
  return text;
}

describe('levitate help', () => {
  it.each(helpTopics(createProgram()))('explains %s', async (topic) => {
    expect((await help(topic)).length).toBeGreaterThan(80);
  });

  it('lists its topics', async () => {
    expect(await help()).toMatch(/Topics.* exit-status .*targets.* automation /s);
  });

  it('shows a command as its --help does', async () => {
    expect(await help('deploy')).toMatch(/^Usage: levitate deploy/);
  });

  it.each(['IMAGE_CORRUPT', 'image_corrupt', 'image-corrupt'])('knows %s', async (code) => {
    expect(await help(code)).toMatch(/^IMAGE_CORRUPT: .*\n.*\n\nExit status 2/);
  });

  it.each([
    ['deplyo', 'Did you mean deploy?'],
    ['exit-statuses', 'Did you mean exit-status?'],
    ['IMAGE_CORUPT', 'Did you mean IMAGE_CORRUPT?'],
    ['quantum-flux', 'levitate help lists every topic.'],
  ])('is told of %s', async (topic, hint) => {
    await expect(help(topic)).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining(hint) as string,
    });
  });

  it('has a page of exit statuses that says what the code says', () => {
    const page = readFileSync('docs/reference/exit-status.md', 'utf8');
    const rows = [...page.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)].map(([, status, meaning]) => [
      status,
      meaning,
    ]);
    expect(Object.fromEntries(rows)).toEqual(exitMeanings);
  });
});

describe('a page on a terminal', () => {
  it('has headings, lists, code and links that can be read', () => {
    const page = `<!-- a note -->

# A page

A [link](x.md) and
**words**.

- one that is
  long
- two

\`\`\`sh
a  b | c
\`\`\`

    code`;
    expect(renderPage(page, 80)).toBe(`A PAGE

A link and words.

- one that is long
- two

    a  b | c

    code`);
  });

  const table = `| a | b | c |
| - | - | - |
| \`x\\|y\` | is so long that it has to be wrapped on a terminal | z |`;

  it('has tables side by side where they fit', () => {
    expect(renderPage(table, 80)).toBe(
      `a      b                                                   c
\`x|y\`  is so long that it has to be wrapped on a terminal  z`,
    );
  });

  it('has the rows of a wide table one below the other', () => {
    expect(renderPage(table, 46)).toBe(
      '`x|y`\n    b: is so long that it has to be wrapped on\n    a terminal\n    c: z',
    );
  });
});
