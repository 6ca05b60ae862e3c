# shellcheck shell=sh
# Finds out whether this is a container, a chroot or the like: what would be shut down and written there belongs to the
# machine around it. Calls fact of report.sh.

# report_container UID KERNEL: reports the signs of a container as facts, each one; there is none on a device. KERNEL is the
# release of the kernel.
report_container() {
	# Without /proc there is no sign, and no user id.
	[ -r /proc/self/status ] || return 0
	read -r _key _ </proc/self/status || return 0
	[ "$_key" = Name: ] || return 0
	case $2 in
	*[Mm]icrosoft* | *WSL*) fact container "the kernel is that of WSL" ;;
	esac
	if [ -d /proc/vz ] && [ ! -d /proc/bc ]; then
		fact container "/proc/vz: a container of OpenVZ"
	fi
	# The initial namespaces have numbers that never change (linux/nsfs.h); kernels before 3.8 show none.
	_of_its_own=yes
	_space=$(readlink /proc/self/ns/pid)
	case $_space in
	'pid:[4026531836]') ;;
	pid:*)
		_of_its_own=
		fact container "a PID namespace of its own: $_space"
		;;
	*)
		if [ "$(sed -n 's/^Name:[[:space:]]*//p' /proc/2/status)" != kthreadd ]; then
			_of_its_own=
			[ "$1" != 0 ] || fact container "process 2 is not the kernel's kthreadd"
		fi
		;;
	esac 2>/dev/null
	if [ -r /proc/self/uid_map ] && read -r _inside _outside _count </proc/self/uid_map &&
		[ "$_inside $_outside $_count" != '0 0 4294967295' ]; then
		_of_its_own=
		fact container "a user namespace of its own: $_inside $_outside $_count"
	fi
	[ "$1" = 0 ] || return 0
	_environment=$(tr '\0' '\n' 2>/dev/null </proc/1/environ)
	_named="
$_environment"
	case $_named in
	*"
container="*)
		_named=${_named#*"
container="}
		_named=${_named%%"
"*}
		[ -z "$_named" ] || fact container "container=$_named in the environment of PID 1"
		;;
	esac
	_besides=
	if [ ! -d /proc/1/root/. ]; then
		_of_its_own=''
		_besides=", and root may not look at PID 1"
	elif ! same_root; then
		_of_its_own=
		fact container "/ is not the root of PID 1: a chroot, or a container beside it"
	fi
	# The root file system of a device may have been made in a container, which left its mark there.
	[ -z "$_of_its_own" ] || return 0
	for _mark in /.dockerenv /run/.containerenv /run/systemd/container /run/host/container-manager; do
		[ ! -e "$_mark" ] || fact container "$_mark$_besides"
	done
}

# same_root: succeeds if / is the root of PID 1, by its inode, and by the device and folder that are mounted there. A chroot has
# another one, and so has another mount namespace unless the same is mounted in it.
same_root() {
	# shellcheck disable=SC2012,SC2046 # these are words
	set -- $(ls -di /proc/1/root/. /proc/self/root/.)
	[ "${1-}" = "${3-}" ] || return 1
	[ -r /proc/self/mountinfo ] || return 0
	awk '
		$5 == "/" { root[FILENAME] = $3 " " $4 }
		END { exit root["/proc/1/mountinfo"] != root["/proc/self/mountinfo"] }' /proc/1/mountinfo /proc/self/mountinfo
}
