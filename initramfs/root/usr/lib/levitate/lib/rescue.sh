# shellcheck shell=sh
# The beginning of a rescue: this root was started by the disk that it lies on (flasher/rescue.sh), because the power or the kernel
# failed while an image was written to that disk. What the maintenance system before knew is put back.

# find_rescue_word: sets rescue_word to "OFFSET+LENGTH", the bytes of the disk that hold this rescue; fails where it is none.
find_rescue_word() {
	rescue_word=
	read -r _words </proc/cmdline
	for _word in $_words; do
		case $_word in levitate.rescue=*) rescue_word=${_word#*=} ;; esac
	done
	[ -n "$rescue_word" ] && [ -r "$lib/rescue/entry/target" ]
}

# begin_rescue: loads the modules, gives the network cards their names, and notes that the disk was written to, so that nothing
# reboots by itself.
begin_rescue() {
	for _module in "$lib"/rescue/modules/*.ko; do
		[ ! -e "$_module" ] || insmod "$_module" || log "$_module cannot be loaded"
	done
	name_interfaces
	read -r _target <"$lib/rescue/entry/target"
	mkdir -p "$state/targets" "$state/rescue" "$state/lease"
	: >"$state/touched"
	: >"$state/rescued"
	echo touched >"$state/targets/$_target"
	printf '%s %s\n' "${rescue_word%+*}" "${rescue_word#*+}" >"$state/rescue/$_target"
	read -r _lease <"$lib/rescue/entry/lease"
	_nth=1
	while [ "$_nth" -le "$_lease" ]; do
		: >"$state/lease/$_nth"
		_nth=$((_nth + 1))
	done
	cat "$lib/rescue/entry/journal" >"$state/journal"
	journal "rescue-started $_target"
	log "this is the rescue of a disk that was being written"
}

# name_interfaces: gives each network card the name that it had in the old system, whose udev may have renamed it. Each takes a name
# that none has first.
name_interfaces() {
	_round=0
	while [ "$_round" -lt 2 ]; do
		while read -r _address _name; do
			for _dir in /sys/class/net/*; do
				[ -e "$_dir/device" ] || continue
				if [ "$(cat "$_dir/address")" != "$_address" ] || [ "${_dir##*/}" = "$_name" ]; then continue; fi
				_new=$_name
				[ "$_round" -eq 1 ] || _new=rescue$(cat "$_dir/ifindex")
				ip link set "${_dir##*/}" name "$_new" || log "${_dir##*/} cannot be called $_new"
			done
		done <"$lib/rescue/interfaces"
		_round=$((_round + 1))
	done
}
