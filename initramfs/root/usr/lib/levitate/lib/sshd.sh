# shellcheck shell=sh
# How the maintenance root's dropbear is started, in the rehearsal as well: keys only, no forwarding, a wide window, and a
# dead connection noticed after three times as many seconds as -K says. A host asks for a sign of life every two: one that
# stalls for 15 s keeps its session, and the lease that hangs on it.

exec_sshd() { # OPTIONS...
	# shellcheck disable=SC2046
	exec dropbear -F -E $(sshd_refusals) -K 6 -W 1048576 "$@"
}

# sshd_refusals: its options that refuse passwords and forwarding. A dropbear that was built without one of these does not
# know the option, and would not start.
sshd_refusals() {
	_help=$(dropbear -h 2>&1) || :
	for _option in -s -j -k; do
		case $_help in
		*"
$_option	"*) echo "$_option" ;;
		*"
-F	"*) ;;
		*) echo "$_option" ;; # What it said is no list of options.
		esac
	done
}
