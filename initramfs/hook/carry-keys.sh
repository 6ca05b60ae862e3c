# shellcheck shell=sh
# Host keys and authorized keys of the running system. Uses b(), the staged busybox, and $root.

# carry_authorized_keys: the keys that open this login today. sshd's options stay in front of each key; dropbear
# ignores a line whose options it does not know, so those lose their options only if they are harmless to lose.
carry_authorized_keys() {
	for _file in "${HOME:-/root}/.ssh/authorized_keys" "${HOME:-/root}/.ssh/authorized_keys2" /etc/dropbear/authorized_keys; do
		[ -r "$_file" ] || continue
		b cat "$_file"
		echo
	done
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
