# shellcheck shell=sh
# Tells how this login can run commands as root. A program that wants a password would ask for it on a terminal, which
# there is none of: -n makes it say so instead.

# on_terminal COMMAND: runs it where it has a terminal that is none of its standard streams, which stay as they are: script(1)
# of util-linux gives it one. It is what the host does around each command then (as-root.ts).
on_terminal() {
	SHELL=/bin/sh script -qec "exec >&3 2>&3 3>&- </dev/null; $1" /dev/null 3>&1 </dev/null >/dev/null 2>&1
}

# report_root_way: reports as facts the user id, and sudo or doas where that gives root without a password (root-by), sudo
# where it wants one, and su where neither sudo nor doas is set up (root-asks), and otherwise why each of them gives nothing
# (root-refusal). A sudo that insists on a terminal (requiretty) is given one where the device can (root-terminal). A doas
# without doas.conf, or whose rules leave this user out, stands in nobody's way.
report_root_way() {
	read_uid
	fact uid "$uid"
	[ "$uid" != 0 ] || return 0
	_su=yes
	for _program in sudo doas; do
		command -v "$_program" >/dev/null || continue
		_by=no
		! _said=$(LC_ALL=C "$_program" -n true 2>&1 </dev/null) || _by=yes
		case $_program:$_by:$_said in
		sudo:no:*'must have a tty'*)
			! _now=$(LC_ALL=C on_terminal 'sudo -n true') || _by=yes
			case $_by:$_now in
			yes:* | *password*)
				_said=$_now
				fact root-terminal yes
				;;
			esac
			;;
		esac
		if [ "$_by" = yes ]; then
			fact root-by "$_program"
			return
		fi
		case $_program:$_said in
		doas:*'not enabled'* | doas:*'not permitted'*) ;;
		*) _su= ;;
		esac
		case $_program:$_said in
		sudo:*password*) fact root-asks sudo ;;
		*) fact root-refusal "$_program: $(printf '%s\n' "$_said" | tail -n 1)" ;;
		esac
	done
	[ -z "$_su" ] || ! command -v su >/dev/null || fact root-asks su
}
