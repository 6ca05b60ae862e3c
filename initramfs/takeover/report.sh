# shellcheck shell=sh
# Reports facts to the host that runs a script. What a login prints before, between and after them may look like
# anything; therefore each line that counts stands between marks that the host has chosen anew, LEVITATE_MARK.

# fact KEY VALUE: prints one line, at once.
fact() {
	printf '@%s %s=%s %s@\n' "$LEVITATE_MARK" "$1" "$2" "$LEVITATE_MARK"
}

# fact_lines KEY TEXT: prints each line of the text as a fact, and starts no process for that.
fact_lines() {
	set -f
	IFS='
'
	for _line in $2; do
		fact "$1" "$_line"
	done
	unset IFS
	set +f
}

# lines KEY: prints each line of standard input as a fact.
lines() {
	while IFS= read -r _line || [ -n "$_line" ]; do
		fact "$1" "$_line"
	done
}
