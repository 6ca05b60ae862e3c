# shellcheck shell=sh
# A kernel module that cannot be loaded now is found by the rehearsal, before anything is armed.

# shellcheck source=test/shell/harness.sh
. /harness.sh
export LEVITATE_MARK=mark
echo /usr/lib/modules/0.0.1-other/kernel/other.ko >/etc/levitate/modules
fails /init --self-test
rm /etc/levitate/modules
says "@mark rehearsal-failed=kernel modules cannot be loaded: other: it is for another kernel than $(uname -r)"
pass
