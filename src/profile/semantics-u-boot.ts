import { NotFwEnvConfig, readEnvironmentLine } from '../boot-loader/u-boot/fw-env-config.js';
import {
  assigned,
  type Assignments,
  type VariableTable,
} from '../boot-loader/u-boot/variable-table.js';
import { environmentOf, variablesOf } from './normalise.js';
import type { RawProfile } from './schema.js';
import { wrong, type Violation } from './violation.js';

type RawBoot = NonNullable<RawProfile['boot']>;

/** Keys that say something of U-Boot alone. */
const own = ['variables', 'accept-single-copy'] as const;

/** What belongs to U-Boot stands beside no other loader; its places can be read, and its variables break no script. */
export function uBootViolations(boot: RawBoot): Violation[] {
  const places = environmentOf(boot);
  if (boot.loader !== 'u-boot-env')
    return [
      ...own
        .filter((key) => boot[key] !== undefined)
        .map((key) =>
          wrong(['boot', key], 'nothing, beside another loader than u-boot-env', boot[key]),
        ),
      ...places
        .filter((place) => typeof place === 'string')
        .map((place) =>
          wrong(['boot', 'environment'], 'a file on a partition: { device, file }', place),
        ),
      ...Object.entries(boot.slots)
        .filter(([, { called }]) => called !== undefined)
        .map(([name, { called }]) =>
          wrong(
            ['boot', 'slots', name, 'called'],
            'nothing, beside another loader than u-boot-env',
            called,
          ),
        ),
    ];
  const single =
    places.length === 1 && !boot['accept-single-copy']
      ? [
          wrong(
            ['boot', 'environment'],
            'two copies; or accept-single-copy: true, though a power cut while it is written has U-Boot start by what was compiled into it',
            boot.environment,
          ),
        ]
      : [];
  return [...single, ...places.flatMap(unreadable), ...called(boot), ...table(boot)];
}

function unreadable(place: ReturnType<typeof environmentOf>[number]): Violation[] {
  if (typeof place !== 'string') return [];
  try {
    const { path } = readEnvironmentLine(place);
    if (path.startsWith('/dev/')) return [];
    return [wrong(['boot', 'environment'], 'a device, or a file as { device, file }', place)];
  } catch (error) {
    if (!(error instanceof NotFwEnvConfig)) throw error;
    return [
      wrong(['boot', 'environment'], 'a line of /etc/fw_env.config: DEVICE OFFSET SIZE', place),
    ];
  }
}

/** No two slots have one name. */
function called({ slots }: RawBoot): Violation[] {
  const names = Object.entries(slots).map(([slot, { called = slot }]) => called);
  if (new Set(names).size === names.length) return [];
  return Object.entries(slots)
    .slice(1)
    .map(([slot, { called }]) =>
      wrong(['boot', 'slots', slot, 'called'], 'what no other slot is called', called),
    );
}

/**
 * Variables that U-Boot itself, or a script of everybody, goes by in another way: a value of them would break the start, the console or
 * the network of the device.
 */
const reserved =
  /^(ethaddr|eth[0-9]+addr|serial|bootargs|bootdelay|preboot|altbootcmd|baudrate|std(in|out|err)|fdtfile|fdt_addr(_r)?|kernel_addr_r|ramdisk_addr_r|loadaddr|lv_.*)$/;

function table({ variables, slots }: RawBoot): Violation[] {
  if (variables === undefined || typeof variables === 'string') return [];
  const at = ['boot', 'variables'];
  const known = variablesOf(variables) as VariableTable;
  const words = Object.entries(slots).map(([slot, { called = slot }]) => ({ slot, called }));
  const [of, other] = [words[0]!, words[1]!];
  const own = { of, other, tries: 1, order: [of, other] };
  const swapped = { of: other, other: of, tries: 1, order: [other, of] };
  const bad = (key: 'try' | 'start', values: Assignments): Violation[] =>
    [own, swapped].flatMap((each) =>
      Object.entries(assigned(values, each)).flatMap(([name, value]): Violation[] => {
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || reserved.test(name))
          return [wrong([...at, key], 'variables that are for slots alone', name)];
        if (!/^[A-Za-z0-9_.,:/@+][A-Za-z0-9_.,:/@+ -]*$/.test(value) || value.length > 200)
          return [
            wrong([...at, key], `a value for ${name} that no script of U-Boot takes apart`, value),
          ];
        return [];
      }),
    );
  const [one, two] = [own, swapped].map((each) => assigned(known.start, each)[known.starts]);
  const tells = one !== undefined && one !== two && known.starts in known.try;
  return [
    ...(tells
      ? []
      : [
          wrong(
            [...at, 'starts'],
            'a variable to which try and start give another value for each slot',
            known.starts,
          ),
        ]),
    ...bad('try', known.try),
    ...bad('start', known.start),
  ];
}
