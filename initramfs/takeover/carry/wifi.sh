# shellcheck shell=sh
# Wi-Fi of the running system, as far as the profile lists it. Uses b(), the staged busybox, $root and way-in.sh.

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
