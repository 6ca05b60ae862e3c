# shellcheck shell=sh
# remains LENGTH KIND ARGS...: what an image of this length would leave alive behind its end

_length=$1
shift
need_integer LENGTH "$_length"
use_target "$@"
fresh
remains_behind "$_length"
say end
