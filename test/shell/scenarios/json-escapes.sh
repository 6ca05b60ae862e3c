# shellcheck shell=sh
# Quotes, backslashes and control characters in a name must not break the JSON line.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/json.sh
line=$(say thing name 'a "b" \c	d' count# 3)
[ "$line" = '{"type":"thing","name":"a \"b\" \\c d","count":3}' ] || die "$line"
pass
