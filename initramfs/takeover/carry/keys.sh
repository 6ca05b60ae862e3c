# shellcheck shell=sh
# Host keys and authorized keys of the running system. Uses b(), the staged busybox, $root and keys.sh.

# carry_authorized_keys: the keys that open this login today. sshd's options stay in front of each key; dropbear
# ignores a line whose options it does not know, so those lose their options only if they are harmless to lose.
carry_authorized_keys() {
	authorized_key_files | while IFS= read -r _file; do
		keys_in "$_file"
	done
}

# key_notes: for people, what of the keys does not come along. One key in the root is that of this entry.
key_notes() {
	_command=$(key_command)
	[ -z "$_command" ] || echo "note=keys that sshd gets from $_command (AuthorizedKeysCommand) are not carried over"
	[ "$(keys_in "$root/root/.ssh/authorized_keys" | b grep -c .)" -le 1 ] || return 0
	_files=$(authorized_key_files | b tr '\n' ' ')
	echo "note=no authorized key is carried over: the SSH server here obeys none in ${_files:-any file }now. Only this levitate can log into maintenance; public keys under services.sshd.authorized-keys would let others in"
}

# carry_host_keys: dropbear's keys as they are, OpenSSH's converted; a key that can't be converted is named.
carry_host_keys() {
	for _key in /etc/dropbear/dropbear_*_host_key; do
		[ ! -s "$_key" ] || b cp "$_key" "$root/etc/dropbear/"
	done
	for _key in /etc/ssh/ssh_host_*_key; do
		[ -s "$_key" ] || continue
		_type=${_key#/etc/ssh/ssh_host_}
		_type=${_type%_key}
		[ "$_type" != dsa ] || continue
		_made=/etc/dropbear/dropbear_${_type}_host_key
		[ ! -s "$root$_made" ] || continue
		b cp "$_key" "$root/etc/dropbear/openssh"
		if ! b chroot "$root" dropbearconvert openssh dropbear /etc/dropbear/openssh "$_made" >/dev/null 2>&1; then
			echo "note=the host key $_key can't be carried over"
			b rm -f "$root$_made"
		fi
		b rm -f "$root/etc/dropbear/openssh"
	done
}
