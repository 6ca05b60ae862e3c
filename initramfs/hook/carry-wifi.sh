# shellcheck shell=sh
# Ways in that end with the old system's programs: Wi-Fi, tunnels and dial-up. Uses b(), the staged busybox, $root
# and value() of lib/network.sh.

is_wireless() { # LINK
	[ -d "/sys/class/net/$1/wireless" ] || [ -e "/sys/class/net/$1/phy80211" ]
}

# wifi_interface: the one that the profile means: named there, or the first that this device has.
wifi_interface() {
	if [ -n "$LEVITATE_WIFI_INTERFACE" ]; then
		printf '%s\n' "$LEVITATE_WIFI_INTERFACE"
		return
	fi
	for _dir in /sys/class/net/*; do
		! is_wireless "${_dir##*/}" || {
			printf '%s\n' "${_dir##*/}"
			return
		}
	done
}

# supplicant_configuration INTERFACE: the file that the running wpa_supplicant was given for it, or the usual one.
supplicant_configuration() {
	for _dir in /proc/[0-9]*; do
		# A process may end while it is looked at.
		b tr '\0' '\n' <"$_dir/cmdline" 2>/dev/null | b awk -v of="$1" '
			NR == 1 && !/(^|\/)wpa_supplicant$/ { exit }
			next_is == "c" { file = $0; next_is = ""; next }
			next_is == "i" { link = $0; next_is = ""; next }
			/^-N$/ { if (link == of) exit; file = link = "" }
			/^-[A-Za-z]*c$/ { next_is = "c"; next }
			/^-[A-Za-z]*i$/ { next_is = "i"; next }
			/^-c/ { file = substr($0, 3) }
			/^-i/ { link = substr($0, 3) }
			END { if (link == of && file != "") print file }'
	done
	for _file in "/etc/wpa_supplicant/wpa_supplicant-$1.conf" "/var/run/wpa_supplicant-$1.conf" \
		/etc/wpa_supplicant/wpa_supplicant.conf /etc/wpa_supplicant.conf; do
		[ ! -r "$_file" ] || printf '%s\n' "$_file"
	done
}

# carry_wifi: the line for services/network, and the configuration with the keys and certificates that it names.
# Nothing of it may be printed.
carry_wifi() {
	[ -n "$LEVITATE_WIFI" ] || return 0
	_wifi=$(wifi_interface)
	if [ -z "$_wifi" ] || [ ! -e "/sys/class/net/$_wifi" ]; then
		echo "the profile lists Wi-Fi, and this device has no ${_wifi:-wireless interface}" >&2
		return 1
	fi
	echo "wifi $_wifi"
	[ "$LEVITATE_WIFI" = keep ] || return 0
	_file=$(supplicant_configuration "$_wifi" | b head -n 1)
	if [ ! -r "$_file" ]; then
		echo "no wpa_supplicant.conf for $_wifi was found here: name one in services.wifi.configuration" >&2
		return 1
	fi
	_folder=$root/etc/wpa_supplicant
	b mkdir -p "$_folder"
	b chmod 700 "$_folder"
	b cat "$_file" >"$_folder/wpa_supplicant.conf"
	b sed -n 's/^[[:space:]]*[a-z_]*\(cert\|key\|file\|path\)[a-z0-9_]*="\(\/[^"]*\)".*/\2/p' "$_file" | while read -r _named; do
		[ -f "$_named" ] || continue
		b mkdir -p "$root$(b dirname "$_named")"
		b cat "$_named" >"$root$_named"
	done
}

# ends_with_system LINK: why it is gone when the old system's programs are, or nothing.
ends_with_system() {
	if is_wireless "$1"; then
		[ -n "$LEVITATE_WIFI" ] && [ "$(wifi_interface)" = "$1" ] || echo "Wi-Fi ($1): list services.wifi in the profile"
	elif [ -e "/sys/class/net/$1/tun_flags" ]; then
		echo "a tunnel ($1) of a program"
	elif [ "$(value "/sys/class/net/$1/type")" = 512 ]; then
		echo "a dial-up link ($1)"
	else
		_ends=
		for _lower in "/sys/class/net/$1"/lower_*; do
			[ -e "$_lower" ] || continue
			_ends=$(ends_with_system "${_lower##*/lower_}")
			[ -n "$_ends" ] || return 0
		done
		[ -z "$_ends" ] || printf '%s\n' "$_ends"
	fi
}

# way_in: the interface by which this login came.
way_in() {
	_local=${SSH_CONNECTION-}
	_local=${_local#* * }
	_local=${_local%% *}
	_local=${_local#::ffff:}
	b ip -o addr show | b awk -v local="${_local%%%*}" '{ split($4, part, "/") } part[1] == local { print $2; exit }'
}

# refuse_lost_way: fails if maintenance could not be reached by the way that was come.
refuse_lost_way() {
	[ "$LEVITATE_NETWORK" = keep ] || return 0
	_way=$(way_in)
	[ -n "$_way" ] || return 0
	_why=$(ends_with_system "$_way")
	[ -z "$_why" ] || {
		echo "the way to this device ends with its old system: $_why" >&2
		return 1
	}
}
