# shellcheck shell=sh
# Which keys open this login today: the SSH server that it came through tells the files. Uses b(), the staged busybox or
# the running system's own programs.

# word_after PID OPTION: what follows an option, separated by a space, on the command line of a process.
word_after() {
	b tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | b awk -v option="$2" '
		{ for (i = 1; i < NF; i++) if ($i == option) { print $(i + 1); exit } }'
}

# login_server: the program that this login came through, and its processes from the login's own to the listener.
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
		_pid=$(b sed -n 's/^PPid:[[:space:]]*//p' "/proc/$_pid/status")
	done
	[ -z "$_server" ] || printf '%s%s\n' "$_server" "$_chain"
}

# openssh_settings PID...: what sshd says of its own configuration, for this very login.
openssh_settings() {
	_configuration=
	_program=
	for _pid; do
		_word=$(word_after "$_pid" -f)
		[ -z "$_word" ] || _configuration=$_word
		_word=$(b readlink "/proc/$_pid/exe")
		case $_word in */sshd) _program=$_word ;; esac
	done
	[ -x "$_program" ] || _program=$(command -v sshd) || return 1
	_far=${SSH_CONNECTION%% *}
	# Before 7.5 it wants to know more for Match lines, or nothing of this.
	"$_program" -T ${_configuration:+-f "$_configuration"} -C "user=${USER:-root},host=${_far:-UNKNOWN},addr=${_far:-127.0.0.1}" 2>/dev/null ||
		"$_program" -T ${_configuration:+-f "$_configuration"} 2>/dev/null
}

# without_tokens PATH: as sshd_config(5) says for AuthorizedKeysFile.
without_tokens() {
	_rest=$1
	_made=
	while :; do
		case $_rest in *%?*) ;; *) break ;; esac
		_made=$_made${_rest%%%*}
		_rest=${_rest#*%}
		case $_rest in
		h*) _made=$_made$_home ;;
		u*) _made=$_made${USER:-root} ;;
		U*) _made=${_made}0 ;;
		%*) _made=$_made% ;;
		esac
		_rest=${_rest#?}
	done
	_made=$_made$_rest
	case $_made in
	/*) printf '%s\n' "$_made" ;;
	*) printf '%s\n' "$_home/$_made" ;;
	esac
}

# is_safe FILE: whether nobody but root can change it, or a folder of its path up to the home: servers obey no other.
is_safe() {
	_path=$(b readlink -f "$1")
	_top=$(b readlink -f "$_home")
	while [ -n "$_path" ]; do
		# shellcheck disable=SC2012 # not every device has stat
		b ls -ldn "$_path" | b awk '{ exit substr($1, 6, 1) == "w" || substr($1, 9, 1) == "w" || $3 != 0 }' || return 1
		[ "$_path" != "$_top" ] || return 0
		_path=${_path%/*}
	done
}

# authorized_key_files: those that the server obeys for this login, one a line, whether they are there or not.
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
		_words=$(printf '%s\n' "$_settings" | b sed -n 's/^authorizedkeysfile //p' | b tr ' ' '\n')
		[ -n "$_settings" ] || _words='.ssh/authorized_keys
.ssh/authorized_keys2'
		;;
	'dropbear '*) _words=$(dropbear_key_file "${_pids%% *}") ;;
	*) _words=.ssh/authorized_keys ;;
	esac
	printf '%s\n' "$_words" | while IFS= read -r _word; do
		case $_word in '' | none) continue ;; esac
		_word=$(without_tokens "$_word")
		[ -z "$_strict" ] || [ ! -e "$_word" ] || is_safe "$_word" || continue
		printf '%s\n' "$_word"
	done
}

# dropbear_key_file PID: OpenWrt's has another place for root built in, and knows no other; later ones take -D FOLDER.
dropbear_key_file() {
	_folder=$(word_after "$1" -D)
	if [ -n "$_folder" ]; then
		# shellcheck disable=SC2088 # dropbear itself expands it
		case $_folder in
		'~/'*) printf '%s\n' "${_folder#??}/authorized_keys" ;;
		*) printf '%s\n' "$_folder/authorized_keys" ;;
		esac
	elif b tr '\0' '\n' 2>/dev/null <"/proc/$1/exe" | b grep -q '^/etc/dropbear/authorized_keys$'; then
		echo /etc/dropbear/authorized_keys
	else
		echo .ssh/authorized_keys
	fi
}

# keys_in FILE: the lines that are keys.
keys_in() {
	[ ! -r "$1" ] || b sed -e 's/^[[:space:]]*//' -e '/^#/d' -e '/^$/d' "$1"
}

# key_command: the program that the server asks for keys besides, which is not carried over; or nothing.
key_command() {
	_login=$(login_server)
	case $_login in
	'openssh '*)
		# shellcheck disable=SC2086
		openssh_settings ${_login#* } | b sed -n '/^authorizedkeyscommand none$/d; s/^authorizedkeyscommand //p'
		;;
	esac
}

# report_keys: as facts, how many there are where the server looks.
report_keys() {
	authorized_key_files | while IFS= read -r _file; do
		fact keys-file "$(keys_in "$_file" | b grep -c .) $_file"
	done
	fact keys-looked yes
}
