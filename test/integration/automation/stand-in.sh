#!/bin/sh
# Stands for `levitate COMMAND --json`: docs/reference/events.md has its lines, and docs/reference/exit-status.md its end.
# Its N-th call notes its arguments in $ANSWERS/N.call, prints $ANSWERS/N.out and N.err, and ends with the status in N.exit.
n=1
while [ -e "$ANSWERS/$n.call" ]; do n=$((n + 1)); done
printf '%s\n' "$@" >"$ANSWERS/$n.call"
cat "$ANSWERS/$n.out"
cat "$ANSWERS/$n.err" >&2
exit "$(cat "$ANSWERS/$n.exit")"
