# shellcheck shell=sh
# target KIND ARGS...: what is known of a target, and who stands on it

use_target "$@"
describe
holders | while read -r _holder; do
	say holder what "$_holder"
done
say end
