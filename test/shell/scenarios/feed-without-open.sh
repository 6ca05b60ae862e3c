# shellcheck shell=sh
# Nothing can be fed to a target that no write was begun on.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
fails sh -c "echo end | flasher feed $lease file chunks"
says 'no write to file chunks was begun'
pass
