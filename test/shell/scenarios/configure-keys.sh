# shellcheck shell=sh
# The key of the entry opens the root wherever its dropbear looks for keys: in the home, or as OpenWrt's in /etc/dropbear
# alone. What a profile has put into either place opens it as well.

# shellcheck source=test/shell/harness.sh
. /harness.sh
root=/tmp/r
mkdir "$root"
for part in etc usr bin sbin lib lib64 root init; do
	[ ! -e "/$part" ] || cp -a "/$part" "$root/"
done
mkdir "$root/dev" "$root/proc"
mount --rbind /dev "$root/dev"
sed -i "s/^LEVITATE_AUTHORIZED_KEYS_KEEP=.*/LEVITATE_AUTHORIZED_KEYS_KEEP=''/" "$root/etc/levitate/levitate.conf"
unset SSH_CONNECTION

# opens KEYS...: after configuring, both places have these and no other.
opens() {
	printf '%s\n' "LEVITATE_ENTRY_ID='1'" -- 'ssh-ed25519 ENTRY levitate' |
		LEVITATE_MARK=mark sh /usr/lib/levitate/takeover/configure "$root" >/tmp/out 2>&1 || die "$(cat /tmp/out)"
	for key; do
		echo "ssh-ed25519 $key"
	done | sort >/tmp/expected
	for place in root/.ssh etc/dropbear; do
		cut -d ' ' -f 1,2 "$root/$place/authorized_keys" | grep . | sort >/tmp/got
		cmp /tmp/expected /tmp/got || die "$place: $(cat /tmp/got)"
		[ "$(stat -L -c %a "$root/$place") $(stat -L -c %a "$root/$place/authorized_keys")" = '700 600' ] || die "modes of $place"
	done
}
keys=$root/root/.ssh/authorized_keys
second=$root/etc/dropbear/authorized_keys

# As every root is built.
[ -L "$second" ] || die "no link"
opens ENTRY
echo 'ssh-ed25519 PROFILE ops' >"$keys"
opens ENTRY PROFILE
# What authorize-key adds later is in both places, too.
echo 'ssh-ed25519 LATER b' >>"$keys"
grep -q LATER "$second" || die "a later key is in one place alone"

# A file of the profile's own there.
echo 'ssh-ed25519 PROFILE ops' >"$keys"
rm "$second"
(umask 077 && echo 'ssh-ed25519 DROPBEAR ops' >"$second")
opens ENTRY PROFILE DROPBEAR

# An archive of before.
echo 'ssh-ed25519 PROFILE ops' >"$keys"
rm "$second"
opens ENTRY PROFILE

# A host key of the profile is the one that is presented, and no other.
dropbearkey -t ed25519 -f /tmp/own >/dev/null 2>&1
dropbearconvert dropbear openssh /tmp/own "$root/etc/levitate/host_key" 2>/dev/null
sed -i "s/^LEVITATE_HOST_KEYS=.*/LEVITATE_HOST_KEYS='own'/" "$root/etc/levitate/levitate.conf"
rm -f "$root"/etc/dropbear/*_host_key
: >"$keys"
opens ENTRY
public=$(dropbearkey -y -f /tmp/own | sed -n 's/^\(ssh-ed25519 [^ ]*\).*/\1/p')
[ "$(grep -c hostkey /tmp/out)" = 1 ] || die "$(cat /tmp/out)"
grep -q "hostkey=$public" /tmp/out || die "$(cat /tmp/out)"
umount -l "$root/dev"
pass
