# shellcheck shell=sh
# The write in progress. It outlives the connection: a program that wants one long stream (ubiformat, ubiupdatevol) reads
# a FIFO that stays open while nobody is connected, and the next feed continues the stream. The program is known by
# "running", which it keeps open as descriptor 9, and the process that keeps the FIFO open by "held": the id of a process
# that has ended may belong to another one.

writer=$state/writer

# The files of this process for the bytes of a chunk, and for a piece of them.
# shellcheck disable=SC2034
spooled=$spool/chunk.$$
# shellcheck disable=SC2034
piece=$spool/chunk.$$.piece

# writer_field NAME: prints the field, or nothing.
writer_field() {
	[ ! -r "$writer/$1" ] || cat "$writer/$1"
}

# writer_set NAME VALUE
writer_set() {
	printf '%s\n' "$2" >"$writer/$1.new"
	mv "$writer/$1.new" "$writer/$1"
}

# writer_begin LENGTH SHA256: ends the write before, and begins one. Only writer_begun makes it one that can be fed.
writer_begin() {
	writer_abort
	mkdir -p "$writer"
	writer_set length "$1"
	writer_set sha256 "$2"
	writer_set next 0
}

# writer_begun: notes that the target of this process has taken the write.
writer_begun() {
	writer_set target "$target"
}

# need_begun: refuses to go on with a write that did not begin.
need_begun() {
	[ "$(writer_field target)" = "$target" ] || refuse WRITE_FAILED "no write to $name was begun"
}

# writer_stream COMMAND...: starts the program with a FIFO as its standard input.
writer_stream() {
	mkfifo "$writer/fifo"
	setsid sh -c '
		writer=$1
		log=$2
		shift 2
		exec <"$writer/fifo"
		"$@" >"$log" 2>&1
		echo $? >"$writer/exit.new"
		mv "$writer/exit.new" "$writer/exit"
		# A feed that still goes on must not block on a FIFO without a reader.
		exec cat >/dev/null 9>&-
	' writer "$writer" "$spool/log" "$@" </dev/null >/dev/null 2>&1 8>&- 9>"$writer/running" &
	# A process keeps the writing end open between two feeds, or the program would read an end of file.
	setsid sh -c 'exec sleep 2147483647 >"$1/fifo"' holder "$writer" </dev/null >/dev/null 2>&1 8>&- 9>"$writer/held" &
	_holder=$!
	# A feed that begins before that would be the last one to close it, and the program would read an end of file.
	# shellcheck disable=SC3013
	until [ "/proc/$_holder/fd/1" -ef "$writer/fifo" ]; do
		[ -d "/proc/$_holder" ] || fail WRITE_FAILED "the writing program did not start: $(writer_log_tail)"
		usleep 20000
	done
}

# find_writer: sets writer_processes to the ids of the program, of the shell around it, and of the process that keeps the FIFO
# open, with a blank behind each.
find_writer() {
	find_openers 9 "$writer/running"
	writer_processes=$openers
	find_openers 9 "$writer/held"
	writer_processes=$writer_processes$openers
}

# writer_running: succeeds if the program still takes data.
writer_running() {
	[ -p "$writer/fifo" ] && [ ! -e "$writer/exit" ] && find_openers 9 "$writer/running" && [ -n "$openers" ]
}

# writer_waits TARGET LENGTH SHA256: succeeds if a stream of this image was cut between two chunks and can be continued.
writer_waits() {
	writer_running && [ ! -e "$writer/half" ] &&
		[ "$(writer_field target) $(writer_field length) $(writer_field sha256)" = "$*" ]
}

# writer_need FRAME INDEX: refuses a frame that a stream does not take, as it takes chunks in their order and nothing
# else. From here to writer_next nobody knows how much of the chunk the program has.
writer_need() {
	[ -p "$writer/fifo" ] || return 0
	[ "$1 $2" = "chunk $(writer_field next)" ] ||
		fail WRITE_FAILED "$1 $2 was announced, and $name takes one stream, which goes on with chunk $(writer_field next)"
	: >"$writer/half"
}

# writer_next INDEX: notes which chunk is wanted next.
writer_next() {
	writer_set next "$1"
	rm -f "$writer/half"
}

# writer_append FILE: gives the program its next bytes.
writer_append() {
	writer_running || fail WRITE_FAILED "the writing program ended early: $(writer_log_tail)"
	cat "$1" >"$writer/fifo" || fail WRITE_FAILED "the writing program stopped reading: $(writer_log_tail)"
	[ "$(writer_field exit)" = 0 ] || [ ! -e "$writer/exit" ] || fail WRITE_FAILED "the writing program ended: $(writer_log_tail)"
}

# writer_finish: ends the input of the program, waits for its end, and fails as it failed.
writer_finish() {
	find_openers 9 "$writer/held"
	for _holder in $openers; do
		kill "$_holder" || :
	done
	_looks=0
	_pause=5000
	while [ ! -e "$writer/exit" ]; do
		# It may end as soon as its input has. Whether it still runs is asked now and then: that looks at every process.
		usleep "$_pause"
		[ "$_pause" -ge 80000 ] || _pause=$((_pause * 2))
		_looks=$((_looks + 1))
		if [ $((_looks % 10)) -eq 0 ]; then
			find_openers 9 "$writer/running"
			[ -n "$openers" ] || [ -e "$writer/exit" ] ||
				fail WRITE_FAILED "the writing program vanished: $(writer_log_tail)"
			contact
		fi
	done
	[ "$(writer_field exit)" = 0 ] || fail WRITE_FAILED "the writing program ended with $(writer_field exit): $(writer_log_tail)"
	rm -f "$writer/fifo"
}

# writer_log_tail: prints the last lines of the program.
writer_log_tail() {
	[ ! -s "$spool/log" ] || tail -n 3 "$spool/log" | tr '\r\n' '  ' | tail -c 300
}

# writer_abort: ends a write that nobody will finish.
writer_abort() {
	! writer_running || log "giving up the unfinished write of $(writer_field target)"
	_waited=0
	while find_writer && [ -n "$writer_processes" ]; do
		[ "$_waited" -lt 60 ] || fail WRITE_FAILED "the program of an earlier write does not end"
		_signal=TERM
		[ "$_waited" -lt 10 ] || _signal=KILL
		# One of them may have ended already: what counts is the next look.
		# shellcheck disable=SC2086
		kill "-$_signal" $writer_processes 2>/dev/null || :
		usleep 100000
		find_writer
		[ -z "$writer_processes" ] || sleep 1
		_waited=$((_waited + 1))
	done
	rm -rf "$writer" "$spool/log"
}
