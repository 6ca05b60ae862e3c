# shellcheck shell=sh
# Carries the host keys and authorized keys of the running system over. Calls login-keys.sh, and fact of
# report.sh; find_keys comes before. $b is the staged busybox, ROOT the staged root.

# carry_authorized_keys: prints the keys that open this login today, with the options of sshd in front of each key;
# dropbear ignores a line whose options it does not know.
carry_authorized_keys() {
	while IFS= read -r _file; do
		[ -z "$_file" ] || keys_in "$_file"
	done <<FILES
$key_files
FILES
}

# report_lost_keys ROOT: tells people, as facts, which keys are not carried over. One key in the root is that of this entry.
report_lost_keys() {
	[ -z "$key_command" ] || fact note "keys that sshd gets from $key_command (AuthorizedKeysCommand) are not carried over"
	count_keys "$1/root/.ssh/authorized_keys"
	[ "$key_count" -le 1 ] || return 0
	_looked=
	while IFS= read -r _file; do
		_looked="$_looked${_file:+$_file }"
	done <<FILES
$key_files
FILES
	fact note "no authorized key is carried over: the SSH server here obeys none in ${_looked:-any file }now. Only this levitate can log into maintenance; public keys under services.sshd.authorized-keys would let others in"
}

# carry_host_keys ROOT: copies the keys of dropbear as they are, and converts those of OpenSSH; tells people, as
# facts, which cannot be converted.
carry_host_keys() {
	for _key in /etc/dropbear/dropbear_*_host_key; do
		[ ! -s "$_key" ] || $b cp "$_key" "$1/etc/dropbear/"
	done
	for _key in /etc/ssh/ssh_host_*_key; do
		[ -s "$_key" ] || continue
		_type=${_key#/etc/ssh/ssh_host_}
		_type=${_type%_key}
		[ "$_type" != dsa ] || continue
		_made=/etc/dropbear/dropbear_${_type}_host_key
		[ ! -s "$1$_made" ] || continue
		$b cp "$_key" "$1/etc/dropbear/openssh"
		if ! $b chroot "$1" dropbearconvert openssh dropbear /etc/dropbear/openssh "$_made" >/dev/null 2>&1; then
			fact note "the host key $_key cannot be carried over"
			$b rm -f "$1$_made"
		fi
		$b rm -f "$1/etc/dropbear/openssh"
	done
}
