import { completeWord, type CompletedCommand, type CompletedOption, type Value } from './model.js';

/** The completion of zsh: zshcompsys(1). */
export const zshCompletion = (commands: CompletedCommand[]): string => `#compdef levitate

_levitate_hosts() {
  compset -P '*@'
  compadd -- \${(f)"$(levitate ${completeWord} hosts "\${words[@]}" 2>/dev/null)"}
}

_levitate_image() {
  if compset -P '*='; then
    compset -P 'raw:'
    _files
  else
    compadd -q -S = -- \${(f)"$(levitate ${completeWord} targets "\${words[@]}" 2>/dev/null)"}
  fi
}

_levitate() {
  local state line
  local -a commands
  commands=(
${commands.map(({ name, does }) => `    ${quoted(`${name}:${does}`)}`).join('\n')}
  )
  _arguments -C '(- *)--version[print the version]' '(- *)'{-h,--help}'[print this help]' '1: :->command' '*:: :->rest'
  case $state in
  command) _describe command commands ;;
  rest)
    case $words[1] in
${commands.map(branch).join('\n')}
    esac
    ;;
  esac
}

if [[ $funcstack[1] == _levitate ]]; then
  _levitate "$@"
else
  compdef _levitate levitate
fi
`;

const branch = ({ name, options, places }: CompletedCommand): string =>
  [
    `    ${name})`,
    '      _arguments \\',
    [
      ...options.map(optionSpec),
      ...places.map(({ value, repeated }, index) =>
        quoted(`${repeated ? '*' : index + 1}:${label(value)}:${action(value)}`),
      ),
    ]
      .map((spec) => `        ${spec}`)
      .join(' \\\n'),
    '      ;;',
  ].join('\n');

function optionSpec({ flags, does, value }: CompletedOption): string {
  const takes = value === undefined ? '' : `:${label(value)}:${action(value)}`;
  const about = `[${does.replace(/[[\]\\:]/g, '\\$&')}]${takes}`;
  return flags.length > 1
    ? `'(${flags.join(' ')})'{${flags.join(',')}}${quoted(about)}`
    : quoted(`${flags[0]}${about}`);
}

const label = (value: Value): string =>
  'choices' in value ? ' ' : value.name.replaceAll(':', '\\:');

const action = (value: Value): string => {
  if ('choices' in value) return `(${value.choices.join(' ')})`;
  return actions[value.name] ?? ' ';
};

const actions: Record<string, string> = {
  HOST: ' _levitate_hosts',
  PROFILE: '_files -g "*.y(a|)ml"',
  FILE: '_files',
  DIR: '_files -/',
  'PROFILE|IMAGE': '_files',
  'TARGET=IMAGE': ' _levitate_image',
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
