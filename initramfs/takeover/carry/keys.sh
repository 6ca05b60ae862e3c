# shellcheck shell=sh
# Carries the host keys and authorized keys of the running system over. Calls b, which runs an applet of the staged
# busybox, and login-keys.sh. ROOT is the staged root.

# carry_authorized_keys: prints the keys that open this login today, with the options of sshd in front of each key;
# dropbear ignores a line whose options it does not know.
carry_authorized_keys() {
	authorized_key_files | while IFS= read -r _file; do
		keys_in "$_file"
	done
}

# key_notes ROOT: prints for people which keys are not carried over. One key in the root is that of this entry.
key_notes() {
	_command=$(key_command)
	[ -z "$_command" ] || echo "note=keys that sshd gets from $_command (AuthorizedKeysCommand) are not carried over"
	[ "$(keys_in "$1/root/.ssh/authorized_keys" | b grep -c .)" -le 1 ] || return 0
	_files=$(authorized_key_files | b tr '\n' ' ')
	echo "note=no authorized key is carried over: the SSH server here obeys none in ${_files:-any file }now. Only this levitate can log into maintenance; public keys under services.sshd.authorized-keys would let others in"
}

# carry_host_keys ROOT: copies the keys of dropbear as they are, and converts those of OpenSSH; prints a note for each key
# that can't be converted.
carry_host_keys() {
	for _key in /etc/dropbear/dropbear_*_host_key; do
		[ ! -s "$_key" ] || b cp "$_key" "$1/etc/dropbear/"
	done
	for _key in /etc/ssh/ssh_host_*_key; do
		[ -s "$_key" ] || continue
		_type=${_key#/etc/ssh/ssh_host_}
		_type=${_type%_key}
		[ "$_type" != dsa ] || continue
		_made=/etc/dropbear/dropbear_${_type}_host_key
		[ ! -s "$1$_made" ] || continue
		b cp "$_key" "$1/etc/dropbear/openssh"
		if ! b chroot "$1" dropbearconvert openssh dropbear /etc/dropbear/openssh "$_made" >/dev/null 2>&1; then
			echo "note=the host key $_key can't be carried over"
			b rm -f "$1$_made"
		fi
		b rm -f "$1/etc/dropbear/openssh"
	done
}
