# shellcheck shell=sh
# Finds the keys that open this login today. The SSH server that it came through says in which files they are. $b is the staged
# busybox, or nothing where the programs of the running system are called.

# find_argument PID OPTION: sets argument to what follows an option, after a space, on the command line of a process.
find_argument() {
	argument=
	_words=$($b tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") || return 0
	case " $_words" in
	*" $2 "*)
		argument=" $_words"
		argument=${argument#*" $2 "}
		argument=${argument%%' '*}
		;;
	esac
}

# read_process PID: sets process_name and process_parent, to nothing where the process has ended.
read_process() {
	process_name=
	process_parent=
	while read -r _key _word _; do
		case $_key in
		Name:) process_name=$_word ;;
		PPid:)
			process_parent=$_word
			return
			;;
		esac
	done <"/proc/$1/status"
} 2>/dev/null

# find_login_server: sets login_server to the name of the server that this login came through, and server_processes to the ids
# of its processes, from that of the login to the one that listens.
find_login_server() {
	login_server=
	server_processes=
	_pid=$$
	while [ "${_pid:-0}" -gt 1 ]; do
		read_process "$_pid" || :
		case $process_name in
		sshd*)
			login_server=openssh
			server_processes="$server_processes $_pid"
			;;
		dropbear*)
			login_server=dropbear
			server_processes="$server_processes $_pid"
			;;
		*) [ -z "$login_server" ] || break ;;
		esac
		_pid=$process_parent
	done
}

# openssh_settings PID...: prints what sshd says of its own configuration, for this very login.
openssh_settings() {
	_configuration=
	_program=
	for _pid; do
		find_argument "$_pid" -f
		[ -z "$argument" ] || _configuration=$argument
		_word=$($b readlink "/proc/$_pid/exe")
		case $_word in */sshd) _program=$_word ;; esac
	done
	[ -x "$_program" ] || _program=$(command -v sshd) || return 1
	_far=${SSH_CONNECTION%% *}
	# sshd before 7.5 wants to know more for Match lines, or takes no -C at all.
	"$_program" -T ${_configuration:+-f "$_configuration"} -C "user=${USER:-root},host=${_far:-UNKNOWN},addr=${_far:-127.0.0.1}" 2>/dev/null ||
		"$_program" -T ${_configuration:+-f "$_configuration"} 2>/dev/null
}

# replace_tokens PATH HOME: sets path to the path with its tokens replaced, as sshd_config(5) says for AuthorizedKeysFile.
replace_tokens() {
	_rest=$1
	path=
	while :; do
		case $_rest in *%?*) ;; *) break ;; esac
		path=$path${_rest%%%*}
		_rest=${_rest#*%}
		case $_rest in
		h*) path=$path$2 ;;
		u*) path=$path${USER:-root} ;;
		U*)
			find_login_uid || :
			path=$path$login_uid
			;;
		%*) path=$path% ;;
		esac
		_rest=${_rest#?}
	done
	path=$path$_rest
	case $path in
	/*) ;;
	*) path=$2/$path ;;
	esac
}

# find_login_uid: sets login_uid to the user id of the login; behind sudo, this process has another one.
find_login_uid() {
	login_uid=0
	while IFS=: read -r _user _ _id _; do
		[ "$_user" != "${USER:-root}" ] || {
			login_uid=$_id
			return
		}
	done </etc/passwd
} 2>/dev/null

# is_safe FILE TOP: succeeds if nobody but root and the login's user can change the file, or a folder of its path up to TOP, the
# home without links: servers obey no other file.
is_safe() {
	_path=$($b readlink -f "$1")
	_top=$2
	set --
	while [ -n "$_path" ]; do
		set -- "$@" "$_path"
		[ "$_path" != "$_top" ] || break
		_path=${_path%/*}
	done
	find_login_uid || :
	# shellcheck disable=SC2012 # not every device has stat
	[ $# -eq 0 ] || $b ls -ldn "$@" | $b awk -v "user=$login_uid" '
		substr($1, 6, 1) == "w" || substr($1, 9, 1) == "w" || ($3 != 0 && $3 != user) { unsafe = 1 }
		END { exit unsafe }'
}

# find_keys: sets key_files to the files that the server obeys for this login, whether they are there or not, one a line, and
# key_command to the program that the server asks for further keys, or to nothing.
find_keys() {
	key_files=
	key_command=
	_home=${HOME:-/root}
	_strict=yes
	find_login_server
	case $login_server in
	openssh) find_openssh_files ;;
	dropbear) find_dropbear_file ;;
	*) _files=.ssh/authorized_keys ;;
	esac
	_top=
	# What stands here are words: no server knows a blank in the name of such a file.
	set -f
	for _file in $_files; do
		[ "$_file" != none ] || continue
		replace_tokens "$_file" "$_home"
		if [ -n "$_strict" ] && [ -e "$path" ]; then
			[ -n "$_top" ] || _top=$($b readlink -f "$_home")
			is_safe "$path" "$_top" || continue
		fi
		key_files="$key_files$path
"
	done
	set +f
}

# find_openssh_files: sets _files, _strict and key_command to what sshd says.
find_openssh_files() {
	_files='.ssh/authorized_keys .ssh/authorized_keys2'
	# shellcheck disable=SC2086
	_settings=$(openssh_settings $server_processes) || _settings=
	[ -z "$_settings" ] || _files=
	_obeys=yes
	set -f
	IFS='
'
	for _line in $_settings; do
		case $_line in
		'pubkeyauthentication no') _obeys= ;;
		'strictmodes no') _strict= ;;
		'authorizedkeysfile '*) _files=${_line#* } ;;
		'authorizedkeyscommand none') ;;
		'authorizedkeyscommand '*) key_command=${_line#* } ;;
		esac
	done
	unset IFS
	set +f
	[ -n "$_obeys" ] || _files=
}

# find_dropbear_file: sets _files to the file of a dropbear. The one of OpenWrt has another place for root built in, and knows
# no other; later ones take -D FOLDER.
find_dropbear_file() {
	# shellcheck disable=SC2086 # these are words
	set -- $server_processes
	find_argument "$1" -D
	# shellcheck disable=SC2088 # dropbear itself expands it
	case $argument in
	'~/'*) _files=${argument#??}/authorized_keys ;;
	?*) _files=$argument/authorized_keys ;;
	*)
		_files=.ssh/authorized_keys
		! $b tr '\0' '\n' 2>/dev/null <"/proc/$1/exe" | $b grep -qxF /etc/dropbear/authorized_keys ||
			_files=/etc/dropbear/authorized_keys
		;;
	esac
}

# keys_in FILE: prints the lines that are keys.
keys_in() {
	[ ! -r "$1" ] || $b sed -e 's/^[[:space:]]*//' -e '/^#/d' -e '/^$/d' "$1"
}

# count_keys FILE: sets key_count to the number of such lines.
count_keys() {
	key_count=0
	[ ! -r "$1" ] || key_count=$($b grep -c '^[[:space:]]*[^#[:space:]]' "$1") || :
}

# report_keys: reports as facts how many keys are in each file in which the server looks.
report_keys() {
	find_keys
	set -f
	IFS='
'
	for _file in $key_files; do
		count_keys "$_file"
		fact keys-file "$key_count $_file"
	done
	unset IFS
	set +f
	fact keys-looked yes
}
