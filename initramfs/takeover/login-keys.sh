# shellcheck shell=sh
# Finds the keys that open this login today. The SSH server that it came through says in which files they are. Calls b,
# which runs an applet of the staged busybox or a program of the running system.

# argument_after PID OPTION: prints what follows an option, after a space, on the command line of a process.
argument_after() {
	b tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | b awk -v option="$2" '
		{ for (i = 1; i < NF; i++) if ($i == option) { print $(i + 1); exit } }'
}

# parent_of PID: prints the id of the parent of a process, or nothing where the process has ended.
parent_of() {
	while read -r _key _value; do
		[ "$_key" != PPid: ] || {
			printf '%s\n' "$_value"
			break
		}
	done <"/proc/$1/status"
} 2>/dev/null

# login_server: prints the name of the server that this login came through, and the ids of its processes, from that of the
# login to the one that listens.
login_server() {
	_pid=$$
	_server=
	_chain=
	while [ "${_pid:-0}" -gt 1 ]; do
		_comm=
		read -r _comm 2>/dev/null <"/proc/$_pid/comm" || _comm=$(b sed -n 's/^Name:[[:space:]]*//p' "/proc/$_pid/status")
		case $_comm in
		sshd*) _server=openssh _chain="$_chain $_pid" ;;
		dropbear*) _server=dropbear _chain="$_chain $_pid" ;;
		*) [ -z "$_server" ] || break ;;
		esac
		_pid=$(parent_of "$_pid") || :
	done
	[ -z "$_server" ] || printf '%s%s\n' "$_server" "$_chain"
}

# openssh_settings PID...: prints what sshd says of its own configuration, for this very login.
openssh_settings() {
	_configuration=
	_program=
	for _pid; do
		_word=$(argument_after "$_pid" -f)
		[ -z "$_word" ] || _configuration=$_word
		_word=$(b readlink "/proc/$_pid/exe")
		case $_word in */sshd) _program=$_word ;; esac
	done
	[ -x "$_program" ] || _program=$(command -v sshd) || return 1
	_far=${SSH_CONNECTION%% *}
	# sshd before 7.5 wants to know more for Match lines, or takes no -C at all.
	"$_program" -T ${_configuration:+-f "$_configuration"} -C "user=${USER:-root},host=${_far:-UNKNOWN},addr=${_far:-127.0.0.1}" 2>/dev/null ||
		"$_program" -T ${_configuration:+-f "$_configuration"} 2>/dev/null
}

# without_tokens PATH HOME: prints the path with its tokens replaced, as sshd_config(5) says for AuthorizedKeysFile.
without_tokens() {
	_rest=$1
	_made=
	while :; do
		case $_rest in *%?*) ;; *) break ;; esac
		_made=$_made${_rest%%%*}
		_rest=${_rest#*%}
		case $_rest in
		h*) _made=$_made$2 ;;
		u*) _made=$_made${USER:-root} ;;
		U*) _made=$_made$(login_uid) ;;
		%*) _made=$_made% ;;
		esac
		_rest=${_rest#?}
	done
	_made=$_made$_rest
	case $_made in
	/*) printf '%s\n' "$_made" ;;
	*) printf '%s\n' "$2/$_made" ;;
	esac
}

# login_uid: prints the user id of the login; behind sudo, this process has another one.
login_uid() {
	b awk -F: -v "name=${USER:-root}" '$1 == name { id = $3 } END { print id + 0 }' /etc/passwd
}

# is_safe FILE HOME: succeeds if nobody but root and the login's user can change the file, or a folder of its path up to the
# home: servers obey no other file.
is_safe() {
	_path=$(b readlink -f "$1")
	_top=$(b readlink -f "$2")
	set --
	while [ -n "$_path" ]; do
		set -- "$@" "$_path"
		[ "$_path" != "$_top" ] || break
		_path=${_path%/*}
	done
	# shellcheck disable=SC2012 # not every device has stat
	[ $# -eq 0 ] || b ls -ldn "$@" | b awk -v "user=$(login_uid)" '
		substr($1, 6, 1) == "w" || substr($1, 9, 1) == "w" || ($3 != 0 && $3 != user) { unsafe = 1 }
		END { exit unsafe }'
}

# authorized_key_files: prints the files that the server obeys for this login, whether they are there or not.
authorized_key_files() {
	_home=${HOME:-/root}
	_strict=yes
	_login=$(login_server)
	_pids=${_login#* }
	case $_login in
	'openssh '*)
		# shellcheck disable=SC2086
		_settings=$(openssh_settings $_pids) || _settings=
		case "
$_settings
" in
		*'
pubkeyauthentication no
'*) return 0 ;;
		*'
strictmodes no
'*) _strict= ;;
		esac
		_files=$(printf '%s\n' "$_settings" | b sed -n 's/^authorizedkeysfile //p' | b tr ' ' '\n')
		[ -n "$_settings" ] || _files='.ssh/authorized_keys
.ssh/authorized_keys2'
		;;
	'dropbear '*) _files=$(dropbear_key_file "${_pids%% *}") ;;
	*) _files=.ssh/authorized_keys ;;
	esac
	printf '%s\n' "$_files" | while IFS= read -r _file; do
		case $_file in '' | none) continue ;; esac
		_file=$(without_tokens "$_file" "$_home")
		[ -z "$_strict" ] || [ ! -e "$_file" ] || is_safe "$_file" "$_home" || continue
		printf '%s\n' "$_file"
	done
}

# dropbear_key_file PID: prints the file of a dropbear. The one of OpenWrt has another place for root built in, and knows
# no other; later ones take -D FOLDER.
dropbear_key_file() {
	_folder=$(argument_after "$1" -D)
	if [ -n "$_folder" ]; then
		# shellcheck disable=SC2088 # dropbear itself expands it
		case $_folder in
		'~/'*) printf '%s\n' "${_folder#??}/authorized_keys" ;;
		*) printf '%s\n' "$_folder/authorized_keys" ;;
		esac
	elif b tr '\0' '\n' 2>/dev/null <"/proc/$1/exe" | b grep -qxF /etc/dropbear/authorized_keys; then
		echo /etc/dropbear/authorized_keys
	else
		echo .ssh/authorized_keys
	fi
}

# keys_in FILE: prints the lines that are keys.
keys_in() {
	[ ! -r "$1" ] || b sed -e 's/^[[:space:]]*//' -e '/^#/d' -e '/^$/d' "$1"
}

# key_command: prints the program that the server asks for further keys, which is not carried over, or nothing.
key_command() {
	_login=$(login_server)
	case $_login in
	'openssh '*)
		# shellcheck disable=SC2086
		openssh_settings ${_login#* } | b sed -n '/^authorizedkeyscommand none$/d; s/^authorizedkeyscommand //p'
		;;
	esac
}

# report_keys: reports as facts how many keys are in each file in which the server looks.
report_keys() {
	authorized_key_files | while IFS= read -r _file; do
		fact keys-file "$(keys_in "$_file" | b grep -c .) $_file"
	done
	fact keys-looked yes
}
