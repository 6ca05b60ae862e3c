# shellcheck shell=sh
# Loads the kernel modules of the archive. /etc/levitate/modules has a path a line, in the order of loading, and `optional`
# behind each that a processor or a kernel may do without.

# load_modules FILE: loads the modules that are not there yet, in the rehearsal as in maintenance. FILE gets a line for each
# that cannot be loaded.
load_modules() {
	: >"$1"
	[ -r /etc/levitate/modules ] || return 0
	_running=/usr/lib/modules/$(uname -r)/
	while read -r _file _optional; do
		_module=${_file##*/}
		_module=$(echo "${_module%.ko}" | tr - _)
		case $_file in
		"$_running"*) ;;
		*)
			echo "$_module: it is for another kernel than $(uname -r)" >>"$1"
			continue
			;;
		esac
		! module_loaded "$_module" || continue
		_said=$(insmod "$_file" 2>&1) && continue
		# The kernel or another module may have loaded it meanwhile.
		if [ -z "$_optional" ] && ! module_loaded "$_module"; then
			echo "$_module: ${_said##*: }" >>"$1"
		fi
	done </etc/levitate/modules
}

module_loaded() { # NAME
	grep -q "^$1 " /proc/modules
}
