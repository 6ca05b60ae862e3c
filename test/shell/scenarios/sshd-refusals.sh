# shellcheck shell=sh
# A dropbear that was built without passwords or forwarding does not know the options that refuse them.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck source=initramfs/root/usr/lib/levitate/lib/sshd.sh
. /usr/lib/levitate/lib/sshd.sh

is() { # OPTIONS
	[ "$(sshd_refusals | tr '\n' ' ')" = "$1" ] || die "$(sshd_refusals)"
}

is '-s -j -k '

# A stand-in for how dropbear lists what it knows: an option at the start of a line, tabs behind it.
help=$(printf 'Usage: dropbear\n-F\t\tfork not, -s not either\n-j\t\tno forwarding')
dropbear() {
	echo "$help" >&2
	return 1
}
is '-j '

# Nothing is left out for a program that lists nothing.
help='who are you -s -j -k'
is '-s -j -k '

echo "all is as it should be"
