import { quote } from '../shared/shell-quote.js';

/**
 * A command with a terminal of its own, where what it starts insists on one. script(1) of util-linux makes one on the device;
 * what is sent and what is printed goes past it, because a terminal changes what passes through it, such as an archive.
 */
export const withTerminal = (command: string): string =>
  `sh -c ${quote(`${asShell} exec script -qec ${quote(past(command))} /dev/null ${aside} </dev/null >/dev/null 2>&1`)}`;

/**
 * The same for a command that asks for a password on the terminal itself (readpassphrase(3) with RPP_REQUIRE_TTY, as doas
 * does). The first line of standard input is typed when the question has come: what was typed before is thrown away there.
 * A pipe that is opened at its other end, too, leads what is typed to script(1); printf is part of the shell, so that no list
 * of processes shows its argument.
 * @param mark what the command writes to the terminal when it has begun: from then on nothing is asked; the status stands
 * behind it in the end, because a script(1) of busybox does not hand it on
 */
export const withTyping = (mark: string, command: string): string => {
  const told = `${past(command)}; echo ${mark} $? . >/dev/tty`;
  return `sh -c ${quote(`IFS= read -r typed
${asShell}
exec ${aside}
: | {
exec 7>/proc/self/fd/0
script -qc ${quote(told)} /dev/null <&0 7>&- 2>&1 | ${typing(mark)}
}`)}`;
};

/** Types what is wanted, and ends with the status that is told; a second question is one that nobody can answer. */
const typing = (mark: string): string => `{
asked= said=
while piece=$(dd bs=4096 count=1 2>/dev/null; echo .); [ "$piece" != . ]; do
said=$said\${piece%.}
case $asked:$said in
*'${mark} '*' .'*) said=\${said##*'${mark} '}; exit "\${said%% *}" ;;
*${mark}*) ;;
:*[![:space:]]*) asked=yes said=; printf '%s\\n' "$typed" >&7 ;;
yes:*'\n'*[![:space:]]*) printf '\\003' >&7 ;;
esac
done
exit 1
}`;

/** The shell that script(1) starts, whatever that of the login is. */
const asShell = 'SHELL=/bin/sh; export SHELL;';

/** The streams by other numbers, and the command that has them again. */
const aside = '3<&0 4>&1 5>&2';
const past = (command: string): string => `exec 0<&3 1>&4 2>&5 3<&- 4>&- 5>&-; ${command}`;
