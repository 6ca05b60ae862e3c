import { completeWord, type CompletedCommand, type Value } from './model.js';

/** The completion of bash: bash(1), Programmable Completion. */
export const bashCompletion = (
  commands: CompletedCommand[],
): string => `# bash completion for levitate
_levitate_value() {
    case "$1 $2" in
${lines(
  commands.flatMap((command) =>
    command.options.flatMap(({ flags, value }) =>
      value
        ? [
            when(
              flags.map((flag) => `${command.name} ${flag}`),
              kindOf(value),
            ),
          ]
        : [],
    ),
  ),
)}
    *) return 1 ;;
    esac
}

_levitate_options() {
    case "$1" in
${lines(commands.map(({ name, options }) => when([name], options.flatMap(({ flags }) => flags.slice(-1)).join(' '))))}
    esac
}

_levitate_place() {
    case "$1 $2" in
${lines(commands.flatMap(({ name, places }) => places.map(({ value, repeated }, index) => (repeated ? `    '${name} '*) echo ${quoted(kindOf(value))} ;;` : when([`${name} ${index + 1}`], kindOf(value))))))}
    esac
}

# The bash of macOS is 3.2 and has no mapfile.
_levitate_take() {
    local line
    while IFS= read -r line; do COMPREPLY+=("$line"); done
}

_levitate() {
    local line=\${COMP_LINE:0:COMP_POINT} words word cur i command='' place=1 takes='' kind=''
    read -ra words <<<"$line"
    case $line in *[[:blank:]]) words+=('') ;; esac
    cur=\${words[\${#words[@]}-1]}
    for ((i = 1; i < \${#words[@]} - 1; i++)); do
        word=\${words[i]}
        if [ -n "$takes" ]; then
            takes=
        elif [[ $word == -* ]]; then
            takes=$(_levitate_value "$command" "$word")
        elif [ -z "$command" ]; then
            command=$word
        else
            place=$((place + 1))
        fi
    done
    COMPREPLY=()
    if [ -n "$takes" ]; then
        kind=$takes
    elif [ -z "$command" ]; then
        kind='one of ${commands.map(({ name }) => name).join(' ')} --help --version'
    elif [[ $cur == -* ]]; then
        kind="one of $(_levitate_options "$command")"
    else
        kind=$(_levitate_place "$command" "$place")
    fi
    # bash takes what stands behind = and @ for a word of its own.
    if [[ $kind == TARGET=IMAGE && $cur == *=* ]]; then
        kind=FILE cur=\${cur#*=} cur=\${cur#raw:}
    elif [[ $kind == HOST ]]; then
        cur=\${cur##*@}
    fi
    case $kind in
    'one of '*) _levitate_take < <(compgen -W "\${kind#one of }" -- "$cur") ;;
    HOST) _levitate_take < <(compgen -W "$(levitate ${completeWord} hosts "\${words[@]}" 2>/dev/null)" -- "$cur") ;;
    TARGET=IMAGE)
        _levitate_take < <(compgen -S = -W "$(levitate ${completeWord} targets "\${words[@]}" 2>/dev/null)" -- "$cur")
        compopt -o nospace 2>/dev/null
        ;;
    DIR) _levitate_take < <(compgen -d -- "$cur") ;;
    PROFILE) _levitate_take < <(compgen -f -X '!*.@(yaml|yml)' -- "$cur"; compgen -d -- "$cur") ;;
    FILE | 'PROFILE|IMAGE') _levitate_take < <(compgen -f -- "$cur") ;;
    esac
    case $kind in FILE | DIR | PROFILE*) compopt -o filenames 2>/dev/null ;; esac
    return 0
}

shopt -s extglob
complete -F _levitate levitate
`;

const lines = (all: string[]): string => all.join('\n');

const kindOf = (value: Value): string =>
  'choices' in value ? `one of ${value.choices.join(' ')}` : value.name;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const when = (patterns: string[], print: string): string =>
  `    ${patterns.map(quoted).join(' | ')}) echo ${quoted(print)} ;;`;
