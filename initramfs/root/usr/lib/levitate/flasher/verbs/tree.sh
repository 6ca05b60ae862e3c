# shellcheck shell=sh
# tree KIND ARGS...: all that is in the file system which was made for a tree, a line for each name, as it is on the medium

use_target "$@"
command -v list_tree >/dev/null || refuse USAGE "$name is no target for a tree"
need_free
fresh
list_tree
say end
