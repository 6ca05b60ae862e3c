import { Type } from '@sinclair/typebox';
import { Line, about, optional, strict } from '../shared/schema-common.js';

/** A normal absolute path without spaces and control characters. */
const rootPathPattern = '^(/(?!\\.{1,2}(/|$))[^\\x00-\\x20/\\x7f-\\xa0\\ufffd]+)+$';

const Tool = Type.Union([
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$',
    description: 'a program or tool set that levitate knows, such as mtd-utils',
  }),
  Type.Object(
    {
      package: Type.String({
        pattern: '^[a-z0-9][a-z0-9+.-]+$',
        title: 'the package that has programs which levitate does not know',
        description: 'a Debian package',
      }),
      programs: Type.Array(
        Type.String({
          pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$',
          description: 'a program, by name',
        }),
        {
          minItems: 1,
          title: 'which of its programs come along',
          description: 'programs of that package, by name',
        },
      ),
    },
    strict,
  ),
]);

const Source = Type.Union([
  Type.Literal('ready'),
  Type.Literal('debian'),
  Type.Object(
    {
      debian: Type.String({
        pattern: '^[a-z]+$',
        title: 'the release that packages come from',
        description: 'a release by its code name, such as bookworm',
      }),
    },
    strict,
  ),
  Type.Object(
    {
      sysroot: about(
        'the root file system that programs come from',
        Line('a folder with a root file system on this machine, relative to the profile'),
      ),
    },
    strict,
  ),
  // The two that a command names: --sysroot DIR, --from-device HOST or the device itself.
  Type.Literal('sysroot'),
  Type.Literal('device'),
]);

const Module = Type.String({ pattern: '^[A-Za-z0-9_-]+$', description: 'a kernel module' });

const CarriedModules = Type.Object(
  {
    kernel: optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._+~-]*$',
        title:
          "the kernel that the modules are of; default: the device's own, or the only one of a sysroot",
        description: "the kernel's release as uname -r prints it, or its Debian package",
      }),
    ),
    names: Type.Array(Module, {
      minItems: 1,
      title: 'modules that the archive brings, with those that they depend on',
      description: 'kernel modules, by name',
    }),
  },
  strict,
);

/** `root`: what the maintenance root is made of, and where from. */
export const Root = Type.Object(
  {
    from: optional(
      Type.Union(
        [...Source.anyOf, Type.Array(Source, { minItems: 1, description: 'a list of sources' })],
        {
          title:
            'where programs and their libraries come from; of several sources, the first that has a program gives it; default: ready where this machine has a ready root for the architecture, and debian, in the release that apt of this machine knows, for what that lacks',
          description:
            'where programs and their libraries come from; of several, the first that has a program gives it',
        },
      ),
    ),
    tools: optional(
      about('programs beyond what services and targets imply; default: none', Type.Array(Tool)),
    ),
    files: optional(
      Type.Record(
        Type.String({ pattern: rootPathPattern }),
        about(
          'the file that stands there; it can be executed where its owner may execute it here',
          Line('a file on this machine, relative to the profile'),
        ),
        {
          ...strict,
          title:
            'files of your own, each by its absolute path in the maintenance root; default: none',
          description: 'path in the root: file on this machine, relative to the profile',
        },
      ),
    ),
    modules: optional(
      Type.Union([Type.Array(Module), CarriedModules], {
        title:
          'kernel modules: a list, which the running system loads with its own modprobe before it is left, or { kernel, names }, which the archive brings; default: none',
        description:
          'kernel modules: a list, which the running system loads with its own modprobe before it is left, or { kernel, names }, which the archive brings',
      }),
    ),
  },
  { ...strict, title: 'what the maintenance root is made of, and where from' },
);
