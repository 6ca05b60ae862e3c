# shellcheck shell=sh
# Finds out whether this is a container, a chroot or the like: what would be shut down and written there belongs to the
# machine around it. Calls user_id of login.sh, and b and value of facts.sh.

# container_signs: prints the signs of a container, one a line; it prints nothing on a device.
container_signs() {
	[ "$(value /proc/self/status)" = Name: ] || return 0 # without /proc there is no sign, and no user id
	case $(uname -r) in
	*[Mm]icrosoft* | *WSL*) echo "the kernel is that of WSL" ;;
	esac
	if [ -d /proc/vz ] && [ ! -d /proc/bc ]; then
		echo "/proc/vz: a container of OpenVZ"
	fi
	# The initial namespaces have numbers that never change (linux/nsfs.h); kernels before 3.8 show none.
	_of_its_own=yes
	_space=$(readlink /proc/self/ns/pid)
	case $_space in
	'pid:[4026531836]') ;;
	pid:*)
		_of_its_own=
		echo "a PID namespace of its own: $_space"
		;;
	*)
		if [ "$(sed -n 's/^Name:[[:space:]]*//p' /proc/2/status)" != kthreadd ]; then
			_of_its_own=
			[ "$(user_id)" != 0 ] || echo "process 2 is not the kernel's kthreadd"
		fi
		;;
	esac 2>/dev/null
	if [ -r /proc/self/uid_map ] && read -r _inside _outside _count </proc/self/uid_map &&
		[ "$_inside $_outside $_count" != '0 0 4294967295' ]; then
		_of_its_own=
		echo "a user namespace of its own: $_inside $_outside $_count"
	fi
	[ "$(user_id)" = 0 ] || return 0
	_named=$(tr '\0' '\n' 2>/dev/null </proc/1/environ | sed -n 's/^container=//p')
	[ -z "$_named" ] || echo "container=$_named in the environment of PID 1"
	_besides=
	if [ ! -d /proc/1/root/. ]; then
		_of_its_own=''
		_besides=", and root may not look at PID 1"
	elif [ "$(root_of 1)" != "$(root_of self)" ]; then
		_of_its_own=
		echo "/ is not the root of PID 1: a chroot, or a container beside it"
	fi
	# The root file system of a device may have been made in a container, which left its mark there.
	[ -z "$_of_its_own" ] || return 0
	for _mark in /.dockerenv /run/.containerenv /run/systemd/container /run/host/container-manager; do
		[ ! -e "$_mark" ] || echo "$_mark$_besides"
	done
}

# root_of PROCESS: prints the inode of the root of the process, and the device and folder that are mounted there. A chroot
# has another one, and so has another mount namespace unless the same is mounted in it.
root_of() {
	b ls -di "/proc/$1/root/." | b awk '{ print $1 }'
	b awk '$5 == "/" { found = $3 " " $4 } END { print found }' "/proc/$1/mountinfo"
}
