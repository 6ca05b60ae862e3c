# shellcheck shell=sh
# chunks LENGTH KIND ARGS...: SHA-256 of chunks of an image of this length as they are on the medium, each as its number comes in a line

image_length=$1
shift
need_integer LENGTH "$image_length"
use_target "$@"
need_fit "$image_length"
hash_chosen "$image_length"
say end
