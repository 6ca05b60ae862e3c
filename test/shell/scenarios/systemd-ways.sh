# shellcheck shell=sh
# systemd: which way is taken, by what the device says of itself; refused only when there is none.
# systemctl stands for the device's: --version prints what systemd of that version prints.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/takeover/init-system.sh
. /usr/lib/levitate/takeover/inits/10-systemd.sh
version='systemd 252 (252.39-1~deb12u1)'
finalrd=3
systemctl() {
	case $* in
	--version) printf '%s\n+PAM +AUDIT\n' "$version" ;;
	'is-active --quiet finalrd.service') return "$finalrd" ;;
	*) die "systemctl $*" ;;
	esac
}
# way ROOT TEXT: the root goes there, and people are told TEXT.
way() {
	systemd_look
	[ "$(systemd_root)" = "$1" ] || die "$(systemd_root) for $version"
	case $(systemd_method) in
	*"$2"*) ;;
	*) die "$(systemd_method) for $version" ;;
	esac
	[ -z "$(systemd_refusal)" ] || die "refused: $(systemd_refusal)"
}

way /run/initramfs ''
[ -z "$(systemd_method)" ] || die "$(systemd_method)"
for good in 'systemd 230' 'systemd 254.10 (254.10-1.fc39)' 'systemd 257 (257.8-1~deb13u2)'; do
	version=$good
	way /run/initramfs ''
done
for bad in 'systemd 229' 'systemd 254 (254-1)' 'systemd 254 (254~rc3-1)'; do
	version=$bad
	way /run/levitate-root 'by re-execution, because systemd 2'
done
version='systemd 252 (252)'

finalrd=0
way /run/levitate-root 'because finalrd'
finalrd=3
mkdir -p /run/initramfs
: >/run/initramfs/shutdown
way /run/levitate-root 'because /run/initramfs/shutdown belongs to another program'
mkdir -p /run/initramfs/etc/levitate
way /run/initramfs ''
rm -r /run/initramfs/etc /run/initramfs/shutdown
mount -t tmpfs other /run/initramfs
way /run/levitate-root 'because something else is mounted'

init_program() {
	echo '/usr/lib/systemd/systemd (deleted)'
}
systemd_look
systemd_refusal | grep -q 'something else is mounted' || die "$(systemd_refusal)"
systemd_refusal | grep -q "cannot be re-executed" || die "$(systemd_refusal)"
umount /run/initramfs
systemd_look
[ -z "$(systemd_refusal)" ] || die "refused though the first way is open"
pass
