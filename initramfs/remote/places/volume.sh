# shellcheck shell=sh
# A place that is the beginning of a UBI volume: VOLUME BYTES, the first as /dev/ubi0_1 or /dev/ubi0:NAME.

find_volume() {
	volume=$1
	volume_bytes=$2
	case $1 in
	*:*)
		volume=
		for _name in "/sys/class/ubi/${1##*/}"/name "/sys/class/ubi/$(printf '%s' "${1##*/}" | cut -d : -f 1)"_*/name; do
			[ -e "$_name" ] || continue
			[ "$(cat "$_name")" = "${1#*:}" ] || continue
			_name=${_name%/name}
			volume=/dev/${_name##*/}
		done
		;;
	esac
	[ -c "$volume" ] || refuse TARGET_MISSING "there is no UBI volume $1 on this device"
	command -v ubiupdatevol >/dev/null || unknown "this system has no ubiupdatevol"
}

# read_volume: of a volume whose update was cut off, nothing can be read.
read_volume() {
	head -c "$volume_bytes" "$volume" >"$work/is" 2>/dev/null || :
}

write_volume() {
	find_bytes "$work/new"
	[ "$bytes" = "$volume_bytes" ] || unknown "what is to be written did not come whole"
	ubiupdatevol "$volume" "$work/new" >/dev/null 2>&1
}

leave_volume() {
	:
}
