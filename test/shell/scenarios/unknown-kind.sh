# shellcheck shell=sh
# A kind of target with a path in its name is not looked for.

# shellcheck source=test/shell/scenarios/words.sh
. /scenarios/words.sh
fails flasher target ../verbs/status x
says 'knows no target kind'
pass
