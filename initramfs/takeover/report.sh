# shellcheck shell=sh
# How a script that the host runs tells it facts. What a login prints, before, between and after, may look like anything;
# so each line that counts stands between marks that the host has chosen anew, LEVITATE_MARK.

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
