import { completeWord, type CompletedCommand, type CompletedOption, type Value } from './model.js';

/** The completion of fish: complete(1). */
export const fishCompletion = (commands: CompletedCommand[]): string =>
  [
    '# fish completion for levitate',
    'complete -c levitate -f',
    `function __levitate_hosts
    set -l user (commandline -ct | string match -r '^[^@]*@')
    levitate ${completeWord} hosts (commandline -opc) 2>/dev/null | string replace -r '^' "$user"
end
function __levitate_targets
    levitate ${completeWord} targets (commandline -opc) 2>/dev/null | string replace -r '$' =
end
# The place of the word that is typed: how many stand before it, without options and what these take.
function __levitate_place
    set -l place -1
    set -l taken no
    for word in (commandline -opc)
        if test $taken = yes
            set taken no
        else if contains -- $word ${[...new Set(commands.flatMap(valued))].join(' ')}
            set taken yes
        else if not string match -q -- '-*' $word
            set place (math $place + 1)
        end
    end
    echo $place
end`,
    ...commands.flatMap(({ name, does, options, places }) => {
      const inside = `complete -c levitate -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
      return [
        `complete -c levitate -n __fish_use_subcommand -a ${name} -d ${quoted(does)}`,
        ...options.map((option) => `${inside} ${optionWords(option)}`),
        ...places.flatMap(({ value, repeated }, index) => {
          const words = valueWords(value);
          const here = `__fish_seen_subcommand_from ${name}; and test (__levitate_place) ${repeated ? '-ge' : '-eq'} ${index + 1}`;
          return words === '' ? [] : [`complete -c levitate -n ${quoted(here)} ${words}`];
        }),
      ];
    }),
    '',
  ].join('\n');

/** The options that take the word behind them. */
const valued = ({ options }: CompletedCommand): string[] =>
  options.flatMap(({ flags, value }) => (value === undefined ? [] : flags));

const optionWords = ({ flags, does, value }: CompletedOption): string =>
  [
    ...flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)),
    ...(value === undefined ? [] : ['-r', valueWords(value)]),
    `-d ${quoted(does)}`,
  ]
    .filter((word) => word !== '')
    .join(' ');

const valueWords = (value: Value): string =>
  'choices' in value ? `-a ${quoted(value.choices.join(' '))}` : (kinds[value.name] ?? '');

const kinds: Record<string, string> = {
  HOST: "-a '(__levitate_hosts)'",
  PROFILE: "-a '(__fish_complete_suffix .yaml)'",
  FILE: '-F',
  DIR: "-a '(__fish_complete_directories)'",
  'PROFILE|IMAGE': '-F',
  'TARGET=IMAGE': "-F -a '(__levitate_targets)'",
};

const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
