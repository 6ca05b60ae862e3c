# shellcheck shell=sh
# A login that is not root is told each program that may give it root for a password, in turn, and why the others do not.

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
# told FACT...: whether these are told, in this order, and nothing else but refusals and the user id.
told() {
	report_root_way >/tmp/out
	printf '%s\n' "$@" >/tmp/expected
	grep -v '^root-refusal\|^uid' /tmp/out | cmp -s - /tmp/expected
}

for said in 'doas is not enabled, /etc/doas.conf: No such file or directory' 'Operation not permitted'; do
	told 'root-asks su' || die "su is not tried alone: $(cat /tmp/out)"
	says "root-refusal doas: doas: $said"
done

# A doas that asks wants a terminal for it, whichever of the two programs of that name it is.
for said in 'Authorization required' 'Authentication required'; do
	told 'root-terminal doas' 'root-asks doas' 'root-asks su' || die "doas is not tried: $(cat /tmp/out)"
	! grep -q root-refusal /tmp/out || die "it is refused: $(cat /tmp/out)"
done
said='Operation not permitted'
told 'root-asks su' || die "a doas that lets in nobody: $(cat /tmp/out)"

# su stands behind a sudo that asks, because it may turn out to leave the user out, and behind one that says so at once.
sudo() {
	echo "sudo: $sudo_said" >&2
	return 1
}
for sudo_said in 'a password is required' 'interactive authentication is required'; do
	told 'root-asks sudo' 'root-asks su' || die "sudo and su are not tried: $(cat /tmp/out)"
done
sudo_said='sorry, user pi may not run sudo on box.'
told 'root-asks su' || die "su is not tried: $(cat /tmp/out)"
says "root-refusal sudo: sudo: $sudo_said"

# Whether a sudo that insists on a terminal asks or not, only a terminal shows.
sudo_said='sorry, you must have a tty to run sudo'
told 'root-terminal sudo' 'root-asks sudo' 'root-asks su' || die "a terminal of SSH: $(cat /tmp/out)"
! grep -q 'root-refusal sudo' /tmp/out || die "it is refused: $(cat /tmp/out)"
pass
