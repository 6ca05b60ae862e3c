# shellcheck shell=sh
# Runs a command of the profile on the device, in the running system or in maintenance. The host sends this file in front of
# the call of run_bounded. The command learns from its environment for what it runs.

export LEVITATE_HOST="$LEVITATE_HOST" LEVITATE_PROFILE="$LEVITATE_PROFILE" LEVITATE_WHEN="$LEVITATE_WHEN" LEVITATE_FLASHED="$LEVITATE_FLASHED"
export LEVITATE_NEW_ROOT="$LEVITATE_NEW_ROOT" LEVITATE_OLD_ROOT="$LEVITATE_OLD_ROOT"

# run_bounded SECONDS COMMAND...: runs the command, both of its outputs as one, and ends it after so many seconds, also where nobody
# listens any more; ends with its status.
run_bounded() {
	_seconds=$1
	shift
	"$@" 2>&1 &
	_command=$!
	(
		sleep "$_seconds" &
		_sleep=$!
		trap 'kill "$_sleep"; exit' TERM
		wait "$_sleep"
		kill -TERM "$_command"
		sleep 5
		kill -KILL "$_command"
	) >/dev/null 2>&1 &
	_bound=$!
	_status=0
	# The shell would tell of a command that it sees killed.
	wait "$_command" 2>/dev/null || _status=$?
	kill -TERM "$_bound" 2>/dev/null || :
	return "$_status"
}
