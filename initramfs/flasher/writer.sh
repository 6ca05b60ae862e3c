# shellcheck shell=sh
# The write that is under way. It outlives the SSH session: a program that wants one long stream (ubiformat,
# ubiupdatevol) reads a FIFO that stays open while nobody is connected, and the next session feeds it on.

writer=$state/writer

# writer_field NAME
writer_field() {
	[ ! -r "$writer/$1" ] || cat "$writer/$1"
}

# writer_set NAME VALUE
writer_set() {
	printf '%s\n' "$2" >"$writer/$1.new"
	mv "$writer/$1.new" "$writer/$1"
}

# writer_begin TARGET LENGTH SHA256: forgets the write before.
writer_begin() {
	writer_abort
	mkdir -p "$writer"
	writer_set target "$1"
	writer_set length "$2"
	writer_set sha256 "$3"
	writer_set next 0
}

# writer_stream COMMAND...: starts it with a FIFO as its standard input.
writer_stream() {
	mkfifo "$writer/fifo"
	setsid sh -c '
		writer=$1
		shift
		exec <"$writer/fifo"
		"$@" >"$writer/log" 2>&1
		echo $? >"$writer/exit.new"
		mv "$writer/exit.new" "$writer/exit"
		# Whoever still feeds must not block on a FIFO without a reader.
		exec cat >/dev/null
	' writer "$writer" "$@" </dev/null >/dev/null 2>&1 &
	writer_set pid $!
	# Somebody must keep the writing end open between two sessions, or the program reads an end of file.
	setsid sh -c 'exec sleep 2147483647 >"$1/fifo"' holder "$writer" </dev/null >/dev/null 2>&1 &
	writer_set holder $!
	# Whoever feeds before that is so would be the last one, too, and the program would read an end of file.
	until [ "$(readlink "/proc/$(writer_field holder)/fd/1")" = "$writer/fifo" ]; do
		writer_running || fail WRITE_FAILED "the writing program did not start: $(writer_words)"
		usleep 20000
	done
}

# writer_running: whether the streaming program still wants data.
writer_running() {
	[ -p "$writer/fifo" ] && [ ! -e "$writer/exit" ] && [ -d "/proc/$(writer_field pid)" ]
}

# writer_append FILE: the program's next bytes.
writer_append() {
	writer_running || fail WRITE_FAILED "the writing program ended early: $(writer_words)"
	cat "$1" >"$writer/fifo" || fail WRITE_FAILED "the writing program stopped reading: $(writer_words)"
	[ "$(writer_field exit)" = 0 ] || [ ! -e "$writer/exit" ] || fail WRITE_FAILED "the writing program ended: $(writer_words)"
}

# writer_finish: lets the program see the end of its input, waits for it, and fails as it failed.
writer_finish() {
	kill "$(writer_field holder)" || :
	while [ ! -e "$writer/exit" ]; do
		[ -d "/proc/$(writer_field pid)" ] || [ -e "$writer/exit" ] || fail WRITE_FAILED "the writing program vanished: $(writer_words)"
		contact
		sleep 1
	done
	[ "$(writer_field exit)" = 0 ] || fail WRITE_FAILED "the writing program ended with $(writer_field exit): $(writer_words)"
	rm -f "$writer/fifo"
}

# writer_words: the last thing that the program said.
writer_words() {
	[ ! -s "$writer/log" ] || tail -n 3 "$writer/log" | tr '\r\n' '  ' | tail -c 300
}

# writer_abort: ends a write that nobody will finish.
writer_abort() {
	if writer_running; then
		log "giving up the unfinished write of $(writer_field target)"
		kill "$(writer_field holder)" "$(writer_field pid)" || :
		for _child in $(pgrep_parent "$(writer_field pid)"); do
			kill "$_child" || :
		done
		while writer_busy; do
			sleep 1
		done
	fi
	rm -rf "$writer"
}

# writer_busy: whether the program, or the shell around it, is still there.
writer_busy() {
	[ -d "/proc/$(writer_field pid)" ]
}

# pgrep_parent PID: its children.
pgrep_parent() {
	awk -v parent="$1" '$4 == parent { print $1 }' /proc/[0-9]*/stat 2>/dev/null || :
}
