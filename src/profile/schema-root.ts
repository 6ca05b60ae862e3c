import { Type } from '@sinclair/typebox';
import { Line, optional, strict } from '../shared/schema-common.js';

/** A normal absolute path without spaces and control characters. */
const rootPathPattern = '^(/(?!\\.{1,2}(/|$))[^\\x00-\\x20/\\x7f-\\xa0\\ufffd]+)+$';

const Tool = Type.Union([
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$',
    description: 'a program or tool set that levitate knows, such as mtd-utils',
  }),
  Type.Object(
    {
      package: Type.String({ pattern: '^[a-z0-9][a-z0-9+.-]+$', description: 'a Debian package' }),
      programs: Type.Array(
        Type.String({
          pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$',
          description: 'a program, by name',
        }),
        { minItems: 1, description: 'programs of that package, by name' },
      ),
    },
    strict,
  ),
]);

const Source = Type.Union([
  Type.Literal('debian'),
  Type.Object(
    {
      debian: Type.String({
        pattern: '^[a-z]+$',
        description: 'a release by its code name, such as bookworm',
      }),
    },
    strict,
  ),
  Type.Object(
    {
      sysroot: Line('a folder with a root file system on this machine, relative to the profile'),
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
        description:
          "the kernel's release as uname -r prints it, or its Debian package; default: the device's own, or the only one of a sysroot",
      }),
    ),
    names: Type.Array(Module, { minItems: 1, description: 'kernel modules, by name' }),
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
          description:
            'where programs and their libraries come from; of several, the first that has a program gives it',
        },
      ),
    ),
    tools: optional(Type.Array(Tool)),
    files: optional(
      Type.Record(
        Type.String({ pattern: rootPathPattern }),
        Line('a file on this machine, relative to the profile'),
        {
          ...strict,
          description: 'path in the root: file on this machine, relative to the profile',
        },
      ),
    ),
    modules: optional(
      Type.Union([Type.Array(Module), CarriedModules], {
        description:
          'kernel modules: a list, which the running system loads with its own modprobe before it is left, or { kernel, names }, which the archive brings',
      }),
    ),
  },
  strict,
);
