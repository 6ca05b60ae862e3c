# shellcheck shell=sh
# status: where the device is, what was touched, who holds the lease, what is left of the old system and on each target

# A release ends within seconds, as a rule, and only then it counts what is held: looking meanwhile would slow it down. The
# phase is read before what is held: a release that ends in between must not look like one that failed.
_phase=$(cat "$state/phase")
_looks=0
while [ "$_phase" = starting ] && [ "$_looks" -lt 25 ]; do
	usleep 200000
	read -r _phase <"$state/phase" || :
	_looks=$((_looks + 1))
done
usage=$(usage_for_flasher)
list_json "$(printf '%s\n' "$usage" | old_system_holders json)"
_held=$listed
_targets=
for _file in "$state"/targets/*; do
	[ -r "$_file" ] || continue
	read -r _note <"$_file" || :
	quote_json "${_file##*/}"
	_targets=$_targets${_targets:+,}$quoted
	quote_json "$_note"
	_targets=$_targets:$quoted
done
read_lease
_lease=null
! lease_held || _lease=$(say lease token# "$lease" owner "$owner" seconds# "$(lease_seconds)")
_writer=null
! writer_running || _writer=$(say writer target "$(writer_field target)" sha256 "$(writer_field sha256)" next# "$(writer_field next)")
_root=$(awk '$5 == "/" { for (i = 7; i <= NF; i++) if ($i == "-") type = $(i + 1) } END { print type }' /proc/1/mountinfo)
_touched=false
! touched || _touched=true
find_held_targets
_rescue=false
[ ! -e "$state/rescued" ] || _rescue=true
_failed=
[ ! -s "$state/modules.failed" ] || _failed=$(json_strings <"$state/modules.failed")
read -r _started <"$state/started"
read_uptime
say status protocol# "$LEVITATE_PROTOCOL" chunk_bytes# "$chunk" boot_id "$(cat /proc/sys/kernel/random/boot_id)" entry "${LEVITATE_ENTRY_ID-}" \
	name "$LEVITATE_NAME" version "$LEVITATE_VERSION" phase "$_phase" root "$_root" \
	touched# "$_touched" targets# "{$_targets}" held# "$_held" holders# "$held_targets" \
	modules_failed# "[$_failed]" lease# "$_lease" writer# "$_writer" \
	seconds# $((now - _started)) rescue# "$_rescue" \
	memory_available_kib# "$(memory_kib)"
