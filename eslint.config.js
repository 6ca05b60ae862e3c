import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

/** Layers from the top down: a folder may import those below it, never one above (ARCHITECTURE.md). */
const layers = [
  'operations',
  'boot-image',
  'archive',
  'rootfs',
  'sources',
  'device',
  'ssh',
  'profile',
  'flash',
  'boot-loader',
  'protocol',
  'image',
  'shared',
];

const forbid = (patterns, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex: patterns, message }] }],
});

const downwards = layers.map((layer, index) => ({
  files: [`src/${layer}/**/*.ts`],
  rules: forbid(
    `^(\\.\\./)+(cli|index\\.js${layers
      .slice(0, index)
      .map((above) => `|${above}`)
      .join('')})(/|$)`,
    'imports run downwards only',
  ),
}));

/** Values in, values out: no file system, network, process or clock. */
const pure = [
  'src/rootfs/plan.ts',
  'src/rootfs/elf.ts',
  'src/flash/plan.ts',
  'src/flash/{counters,counter-report,histogram}.ts',
  'src/flash/target.ts',
  'src/flash/kinds/*.ts',
  'src/boot-loader/*.ts',
  'src/device/preflight.ts',
  'src/profile/{schema,profile,parse,normalise,validate,semantics,units,synonyms}.ts',
  'src/image/{format,ubi}/*.ts',
  'src/shared/{format-bytes,nearest,root-path,shell-quote}.ts',
];

/** What reaches a terminal goes through one place, which takes away what a terminal would obey. */
const writing = [
  "MemberExpression[object.name='process'][property.name=/^(stdout|stderr)$/]",
  "MemberExpression[object.name='process'][property.value=/^(stdout|stderr)$/]",
  "VariableDeclarator[init.name='process'] > ObjectPattern > Property[key.name=/^(stdout|stderr)$/]",
  'ImportDeclaration[source.value=/^(node:)?(process|console)$/]',
  "CallExpression[callee.name='writeSync'] > Literal.arguments:first-child",
].map((selector) => ({
  selector,
  message: 'only cli/output.ts writes to standard output and standard error',
}));

/** What needs a docstring wherever it is exported. */
const documented = {
  publicOnly: { esm: true, cjs: false, window: false },
  require: { FunctionDeclaration: true, ClassDeclaration: true },
  contexts: [
    'ExportNamedDeclaration > VariableDeclaration',
    'ExportNamedDeclaration > TSInterfaceDeclaration',
    'ExportNamedDeclaration > TSTypeAliasDeclaration',
  ],
  enableFixer: false,
};

const documentedFields = [
  'ExportNamedDeclaration > TSInterfaceDeclaration > TSInterfaceBody > TSPropertySignature',
];

export default tseslint.config(
  { ignores: ['**/dist/**', 'node_modules/**', '.cache/**'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      // What is returned unawaited out of a block with await using finds its connection closed.
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'AbortSignal',
          property: 'timeout',
          message: 'it never fires as a part of AbortSignal.any(): timeBound(…)',
        },
      ],
    },
    files: ['**/*.ts'],
  },
  {
    // A circle of modules has no floor to stand on: none of them can be read, tested or loaded without all others.
    files: ['src/**/*.ts', 'packages/fleet/src/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.js'],
          extensionAlias: { '.js': ['.ts', '.js'] },
        }),
      ],
    },
    rules: { 'import-x/no-cycle': ['error', { ignoreExternal: true }] },
  },
  {
    // What another module may use says what it is for; of what `index.ts` exports each field says so, too. Of types
    // of the layers below, test/unit/docs/generated.test.ts finds the fields that say nothing.
    files: ['src/**/*.ts', 'packages/fleet/src/**/*.ts'],
    plugins: { jsdoc },
    rules: {
      'jsdoc/require-jsdoc': ['error', documented],
      'jsdoc/no-types': 'error',
      'jsdoc/require-description': [
        'error',
        { contexts: ['FunctionDeclaration', 'ArrowFunctionExpression'] },
      ],
      'jsdoc/check-tag-names': ['error', { definedTags: [] }],
    },
  },
  {
    files: ['src/index.ts', 'src/progress.ts', 'src/errors.ts', 'src/operations/**/*.ts'],
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        { ...documented, contexts: [...documented.contexts, ...documentedFields] },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/output.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...writing],
    },
  },
  {
    files: ['packages/fleet/src/**/*.ts'],
    ignores: ['packages/fleet/src/cli/output.ts'],
    rules: { 'no-console': 'error', 'no-restricted-syntax': ['error', ...writing] },
  },
  {
    // The fleet stands on what levitate exports, as any other program does.
    files: ['packages/fleet/src/**/*.ts'],
    rules: forbid('^levitate/|(\\.\\./){2,}src/', 'the fleet imports only levitate itself'),
  },
  {
    // Values in, values out.
    files: ['packages/fleet/src/rollout/{decide,groups,select,window,schema}.ts'],
    rules: { 'no-restricted-globals': ['error', 'process', 'fetch', 'performance'] },
  },
  {
    // What every layer uses stands below all of them.
    files: ['src/{progress,errors,error-codes,exit-status}.ts'],
    rules: forbid(
      `^\\./(cli|index\\.js|${layers.slice(0, -1).join('|')})(/|$)`,
      'progress, errors and their codes see only shared',
    ),
  },
  {
    files: ['src/cli/**/*.ts', 'src/index.ts'],
    rules: forbid(
      `^(\\.\\.?/)+(${layers.slice(1, -1).join('|')})/`,
      'the command line and the public API see only operations, progress, errors and shared',
    ),
  },
  ...downwards,
  {
    // An operation brings in all that it works with: it is loaded when it runs, so that help and wrong calls are quick.
    files: ['src/cli/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(\\.\\.?/)+operations/(?!(image-request|holders)\\.js$)',
              allowTypeImports: true,
              message: 'the command line loads operations when they run: await import(…)',
            },
          ],
        },
      ],
    },
  },
  {
    files: pure,
    rules: {
      // The twin of the core rule, because a second setting of that one would lift the layers.
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: ['node:fs', 'node:fs/promises', 'fs-extra', 'ssh2', 'execa', 'node:child_process'],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'Date', 'performance'],
    },
  },
);
