# shellcheck shell=sh
# target KIND ARGS...: what is known of a target, and who stands on it

use_target "$@"
describe
holders
say end
