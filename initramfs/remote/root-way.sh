# shellcheck shell=sh
# Tells how this login can run commands as root. A program that wants a password would ask for it on a terminal, which
# there is none of: -n makes it say so instead.

# on_terminal COMMAND: runs it where it has a terminal that is none of its standard streams, which stay as they are: script(1)
# of util-linux gives it one. It is what the host does around each command then (as-root.ts).
on_terminal() {
	SHELL=/bin/sh script -qec "exec >&3 2>&3 3>&- </dev/null; $1" /dev/null 3>&1 </dev/null >/dev/null 2>&1
}

# can_type: whether a password can be typed on a terminal here (with-terminal.ts): script(1) makes one, and printf is part of
# this shell, so that no list of processes shows what it is given.
can_type() {
	# shellcheck disable=SC2123 # no program is found there, and what is part of the shell is
	[ "$(PATH=/nowhere; printf x 2>/dev/null)" = x ] || return 1
	command -v dd >/dev/null || return 1
	case $(SHELL=/bin/sh script -qc 'echo there' /dev/null </dev/null 2>/dev/null) in *there*) ;; *) return 1 ;; esac
}

# report_root_way: reports as facts the user id, and sudo or doas where that gives root without a password (root-by), each
# program that may give it for one in the order in which they are to be tried (root-asks), su as the last, and why sudo or doas
# gives nothing (root-refusal). A sudo that insists on a terminal (requiretty) is given one where the device can (root-terminal);
# a doas that asks needs one.
report_root_way() {
	read_uid
	fact uid "$uid"
	[ "$uid" != 0 ] || return 0
	for _program in sudo doas; do
		command -v "$_program" >/dev/null || continue
		_by=no
		! _said=$(LC_ALL=C "$_program" -n true 2>&1 </dev/null) || _by=yes
		case $_program:$_by:$_said in
		sudo:no:*'must have a tty'*)
			! _now=$(LC_ALL=C on_terminal 'sudo -n true') || _by=yes
			case $_by:$_now in
			yes:* | *password* | *"authentication is required"*)
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
		_asks=no
		case $_program:$_said in
		sudo:*password* | sudo:*"authentication is required"*) _asks=yes ;;
		doas:*'required'* | doas:*password*) ! can_type || _asks=yes ;;
		esac
		if [ "$_asks" = yes ]; then
			fact root-asks "$_program"
		else
			fact root-refusal "$_program: $(printf '%s\n' "$_said" | tail -n 1)"
		fi
	done
	! command -v su >/dev/null || fact root-asks su
}
