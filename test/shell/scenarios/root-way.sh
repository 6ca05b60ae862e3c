# shellcheck shell=sh
# A login that is not root is asked for root's password, for su, where neither sudo nor doas is set up for it.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck source=initramfs/remote/root-way.sh
. /sent/remote/root-way.sh
read_uid() { uid=1000; }
fact() { printf '%s\n' "$*"; }
su() { :; }
doas() {
	echo "doas: $said" >&2
	return 1
}
asks_su() {
	said=$1
	report_root_way >/tmp/out
	says "root-refusal doas: doas: $said"
	grep -qx 'root-asks su' /tmp/out
}

asks_su 'doas is not enabled, /etc/doas.conf: No such file or directory' || die "su is not tried: $(cat /tmp/out)"
asks_su 'Operation not permitted' || die "su is not tried: $(cat /tmp/out)"
! asks_su 'Authorization required' || die "su is tried although doas takes a password: $(cat /tmp/out)"
sudo() {
	echo "sudo: $sudo_said" >&2
	return 1
}
sudo_said='a password is required'
! asks_su 'Operation not permitted' || die "su is tried although sudo asks: $(cat /tmp/out)"
grep -qx 'root-asks sudo' /tmp/out || die "sudo does not ask: $(cat /tmp/out)"

# Where sudo insists on a terminal, it is asked again where it has one.
sudo_said='sorry, you must have a tty to run sudo'
script() { return 1; }
report_root_way >/tmp/out
says 'root-refusal sudo: sudo: sorry, you must have a tty to run sudo'
! grep -q root-terminal /tmp/out || die "a terminal that there is not: $(cat /tmp/out)"
script() {
	echo 'sudo: a password is required' >&3
	return 1
}
report_root_way >/tmp/out
says 'root-terminal yes'
says 'root-asks sudo'
! grep -q 'root-refusal sudo' /tmp/out || die "it is refused: $(cat /tmp/out)"
script() {
	[ "$1 $3" = '-qec /dev/null' ] || die "called otherwise: $*"
	case $2 in *'sudo -n true') ;; *) die "not tried: $2" ;; esac
}
report_root_way >/tmp/out
says 'root-terminal yes'
says 'root-by sudo'
pass
