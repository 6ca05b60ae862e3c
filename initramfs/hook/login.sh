# shellcheck shell=sh
# The first words of every text that is sent to a running system. What its login prints, before, between and after, may
# look like anything; so each line that counts stands between marks that the host has chosen anew, LEVITATE_MARK.

# Some SSH servers give commands no folder of system programs.
PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LEVITATE_MARK

# fact KEY VALUE: one line, written at once.
fact() {
	printf '@%s %s=%s %s@\n' "$LEVITATE_MARK" "$1" "$2" "$LEVITATE_MARK"
}

# lines KEY: standard input as one fact a line.
lines() {
	while IFS= read -r _line || [ -n "$_line" ]; do
		fact "$1" "$_line"
	done
}

# begin, finish STATUS: what stands between is the script's own; it has ended with STATUS.
begin() {
	printf '@%s begin@\n' "$LEVITATE_MARK"
}

finish() {
	printf '@%s end %s@\n' "$LEVITATE_MARK" "$1"
	exit "$1"
}

# user_id: the effective one; not every device has the program id.
user_id() {
	sed -n 's/^Uid:[[:space:]]*[0-9]*[[:space:]]*\([0-9]*\).*/\1/p' /proc/self/status
}
