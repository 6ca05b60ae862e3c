# shellcheck shell=sh
# Tells how this login can run commands as root. A program that wants a password would ask for it on a terminal, which
# there is none of: -n makes it say so instead.

# report_root_way: reports as facts the user id, and sudo or doas where that gives root without a password (root-by), each
# program that may give it for one in the order in which they are to be tried (root-asks), su as the last, and why sudo or doas
# gives nothing (root-refusal). A sudo that insists on a terminal (requiretty), and a doas that asks, want one (root-terminal):
# the host asks again where the SSH connection has made one.
report_root_way() {
	read_uid
	fact uid "$uid"
	[ "$uid" != 0 ] || return 0
	for _program in sudo doas; do
		command -v "$_program" >/dev/null || continue
		if _said=$(LC_ALL=C "$_program" -n true 2>&1 </dev/null); then
			fact root-by "$_program"
			return
		fi
		case $_program:$_said in
		sudo:*'must have a tty'* | doas:*required* | doas:*password*)
			fact root-terminal "$_program"
			fact root-asks "$_program"
			;;
		sudo:*password* | sudo:*"authentication is required"*) fact root-asks sudo ;;
		*) fact root-refusal "$_program: $(printf '%s\n' "$_said" | tail -n 1)" ;;
		esac
	done
	! command -v su >/dev/null || fact root-asks su
}
