# shellcheck shell=sh
# Starts the dropbear of the maintenance root, in the rehearsal as well: with keys only, without forwarding, with a wide
# window, and with a dead connection noticed after three times as many seconds as -K says. The host sends a keepalive every
# two seconds: one that stalls for 15 seconds keeps its session, and the lease that depends on it.

exec_sshd() { # OPTIONS...
	# shellcheck disable=SC2046
	exec dropbear -F -E $(sshd_refusals) -K 6 -W 1048576 "$@"
}

# own_host_key: makes the host key that the archive holds one of dropbear's, where it holds one.
own_host_key() {
	_made=/etc/dropbear/dropbear_own_host_key
	if [ ! -s /etc/levitate/host_key ] || [ -s "$_made" ]; then
		return 0
	fi
	dropbearconvert openssh dropbear /etc/levitate/host_key "$_made" >/dev/null 2>&1 || rm -f "$_made"
}

# sshd_refusals: prints the options that refuse passwords and forwarding. A dropbear that was built without one of these
# does not know its option, and would not start.
sshd_refusals() {
	_help=$(dropbear -h 2>&1) || :
	for _option in -s -j -k; do
		case $_help in
		*"
$_option	"*) echo "$_option" ;;
		*"
-F	"*) ;;
		*) echo "$_option" ;; # This dropbear prints no list of options.
		esac
	done
}
