# shellcheck shell=sh
# Stays in the root until it is killed, for tests that call the flasher from outside.

# shellcheck source=test/shell/harness.sh
. /harness.sh
echo here
exec sleep 2147483647
