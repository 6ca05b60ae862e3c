# shellcheck shell=sh
# leave [--force|LEASE]: reboots, unless something was written that was not read back whole, or another lease came since

[ $# -le 1 ] || refuse USAGE "leave takes one argument, not $#: $*"
case ${1-} in
'' | --force) ;;
*) lease_need "$1" ;;
esac
[ "$(cat "$state/phase")" != staying ] || refuse LEAVE_REFUSED "the device runs its own system, and its init system reboots it"
if [ "${1-}" != --force ]; then
	read_lease
	for _file in "$state"/targets/*; do
		[ -r "$_file" ] || continue
		read -r _note <"$_file" || :
		# A member of a target that is several is called TARGET/FILE, and a person gives the image to all of it.
		name_target "${_file##*/}"
		if touched && [ "$target_name" = "${LEVITATE_KEEP_INTO-}" ] && [ ! -e "$state/settled/keep" ] && [ "$_note" = verified ]; then
			refuse LEAVE_REFUSED "the files that the profile keeps are not in $target_name yet: levitate flash HOST ${target_name%%/*}=IMAGE puts them there"
		fi
		[ "$_note" != verified ] || continue
		! lease_held || refuse LEAVE_REFUSED "$owner is writing to $target_name now, which is not read back whole yet" owner "$owner"
		refuse LEAVE_REFUSED "$target_name was written to and not read back whole: levitate flash HOST ${target_name%%/*}=IMAGE finishes it"
	done
	for _file in "$state"/rescue/*; do
		[ -r "$_file" ] || continue
		name_target "${_file##*/}"
		refuse LEAVE_REFUSED "the rescue of $target_name is still on it, with the keys of this entry: levitate flash HOST ${target_name%%/*}=IMAGE overwrites it"
	done
	if touched && [ -n "${LEVITATE_AFTER_FLASH-}" ] && [ ! -e "$state/settled/after-flash" ]; then
		refuse LEAVE_REFUSED "the commands after-flash of the profile have not all succeeded: levitate flash HOST ${target_name-TARGET}=IMAGE runs them"
	fi
	! lease_held || refuse LEASE_HELD "$owner is writing to this device" owner "$owner"
fi
restore_protection
journal leave
_touched=false
! touched || _touched=true
say leaving touched# "$_touched"
# The answer must reach the host before the network goes.
setsid sh -c '. /usr/lib/levitate/lib/common.sh; sleep 1; reboot_now "asked to leave"' </dev/null >/dev/null 2>&1 &
