/** Every error that a person can meet says what to do, and docs/reference/errors.md names its code. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { errorCodes } from '../../src/error-codes.js';
import { LevitateError, type ErrorCode } from '../../src/errors.js';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

interface Construction {
  at: string;
  /** The text of the code, as of a literal. */
  code: string;
  hinted: boolean;
}

/** Each `new LevitateError(…)` of a file; details that are computed elsewhere must name the hint where they stand. */
function constructions(name: string): Construction[] {
  const text = readFileSync(path.join('src', name), 'utf8');
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
  const found: Construction[] = [];
  const walk = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'LevitateError') {
      const [code, , details] = node.arguments ?? [];
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      const hinted =
        details !== undefined &&
        ts.isObjectLiteralExpression(details) &&
        details.properties.some(isHint);
      found.push({
        at: `${name}:${line + 1}`,
        code: code?.getText().replace(/^'|'$/g, '') ?? '',
        hinted,
      });
    }
    // A refusal that another place throws.
    if (ts.isObjectLiteralExpression(node) && node.properties.some(named('message'))) {
      const code = node.properties.find(named('code'))?.getText() ?? '';
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      const [, literal] = /^code: '([A-Z_]+)'$/.exec(code) ?? [];
      if (literal !== undefined)
        found.push({
          at: `${name}:${line + 1}`,
          code: literal,
          hinted: node.properties.some(isHint),
        });
    }
    ts.forEachChild(node, walk);
  };
  walk(file);
  return found;
}

const named = (name: string) => (property: ts.ObjectLiteralElementLike) =>
  property.name?.getText() === name;

const isHint = (property: ts.ObjectLiteralElementLike): boolean =>
  property.name?.getText() === 'hint' ||
  (ts.isSpreadAssignment(property) && /hint/.test(property.getText()));

/** Files that pass on a code and its hint, and where those come from. */
const elsewhere: Record<string, string> = {
  'operations/interrupt.ts': 'its callers give the details, and INTERRUPTED has a hint of its own',
  'device/flasher.ts': 'the codes of the flasher, most of which have a hint here or of their own',
  'operations/flash/boards.ts': 'a refusal of boards, which is looked at where it is made',
  'operations/flash/targets.ts':
    'a refusal of a kind of target, which is looked at where it is made',
};

const hasHint = (code: string): boolean =>
  code in errorCodes && new LevitateError(code as ErrorCode, '').hint !== undefined;

it('an error says what to do about it', () => {
  const silent = sources
    .flatMap(constructions)
    .filter(({ hinted, code }) => !hinted && !hasHint(code))
    .filter(({ at, code }) => code !== 'code' || !(at.replace(/:\d+$/, '') in elsewhere));
  expect(silent).toEqual([]);
});

it('the page of errors names every code, and no other', () => {
  const codes = Object.keys(errorCodes);
  const page = readFileSync('docs/reference/errors.md', 'utf8');
  const named = new Set([...page.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, code]) => code));
  expect([...named].sort()).toEqual([...codes].sort());
});

it('a hint of its own goes before that of its code', () => {
  expect(new LevitateError('CONNECTION_LOST', 'x').hint).toMatch(/levitate status HOST/);
  expect(new LevitateError('CONNECTION_LOST', 'x', { hint: 'Look.' }).hint).toBe('Look.');
});
