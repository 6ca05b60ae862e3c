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
	echo 'sudo: a password is required' >&2
	return 1
}
! asks_su 'Operation not permitted' || die "su is tried although sudo asks: $(cat /tmp/out)"
grep -qx 'root-asks sudo' /tmp/out || die "sudo does not ask: $(cat /tmp/out)"
pass
