# shellcheck shell=sh
# A kind of target with a path in its name is not looked for.

# shellcheck source=test/shell/harness.sh
. /harness.sh
fails flasher target ../verbs/status x
says 'knows no target kind'
pass
