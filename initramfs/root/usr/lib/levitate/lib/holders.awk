# Finds holders in a usage scan. Its lines, with fields separated by tabs, are:
#   X device                         the device that has the programs of the maintenance root
#   S pid parent name                a process
#   R pid how device type maj min    it refers to a file: how is exe, cwd, root or fd; maj min (hex) of a node
#   K pid mount                      it has a file open in the mount of this id
#   A pid maj min                    it maps a file of that device (hex)
#   M pid device point type source root id    a mount, in the namespace of that process
#   W file place                     swap; a place is "device type maj min" of a file, or nothing if it cannot be seen
#   B name device                    a block device
#   D name what / I name state / Z name bytes    device mapper, md, zram
#   H name above                     a device stands on another
#   C name                           a device that bcache has registered: a cache, or what is cached
#   G set name                       a device of a btrfs, whose mounts have a number that is none of a device
#   P name part                      a partition of it
#   L name file place                a device in a file: loop, or zram that writes back
#   E                                the end
# With mode=all everything of the old system is a holder. With mode=target a holder stands on one of these seeds, or on
# another holder:
#   T device                         a block device or "cMAJ:MIN", a character device, as a seed
#   O name                           a disk that is a seed, while its partitions are not
#   V source                         a mount source that is a seed, as UBIFS names its volume
#   F kind device [mtd]              a holder that somebody found already: ubi or ubiblock
#   N pid                            a process of the flasher; its children are, too
# Holders are printed in the form that is asked for: json for the host, text for the kernel log, pids for who ends
# processes.
BEGIN { FS = "\t" }

function hex(text,    i, value) {
	value = 0
	for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
	return value
}

# st_dev as stat prints it (makedev(3)) as MAJOR:MINOR.
function device(number) {
	return int(number / 256) % 4096 ":" number % 256 + int(number / 1048576) * 256
}

function place(from,    key) {
	if ($from == "") return "unseen"
	key = substr($(from + 1), 1, 1)
	return key == "b" ? hex($(from + 2)) ":" hex($(from + 3)) : device($from)
}

function quoted(text) {
	gsub(/[[:cntrl:]]/, " ", text)
	gsub(/[\\"]/, "\\\\&", text)
	return "\"" text "\""
}

function string(key, value) { return ",\"" key "\":" quoted(value) }

function number_of(key, value) { return ",\"" key "\":" value }

function list(key, values,    parts, count, i, all) {
	count = split(values, parts, ", ")
	for (i = 1; i <= count; i++) all = all (i > 1 ? "," : "") quoted(parts[i])
	return ",\"" key "\":[" all "]"
}

# Prints a holder once: as an object of its kind with these fields, or in words.
function say(kind, fields, words) {
	if (words in said) return
	said[words] = 1
	if (form == "json") print "{\"type\":\"holder\",\"kind\":\"" kind "\"" fields "}"
	else if (form == "text") print words
}

function stand(key) { if (!(key in under)) { under[key] = 1; changed = 1 } }

# Says a block device, with what tells it from others of its kind.
function sayDevice(name) {
	if (name in mapped) say("dm", string("device", name) string("name", mapped[name]), "dm " name " (" mapped[name] ")")
	else if (name in array) say("md", string("device", name), "md " name)
	else if (name in backing && name ~ /^zram/) say("zram", string("device", name) string("file", backing[name]), "zram " name " (" backing[name] ")")
	else if (name in backing) say("loop", string("device", name) string("file", backing[name]), "loop " name " (" backing[name] ")")
	else if (name ~ /^ubiblock/) say("ubiblock", string("device", name), "ubiblock " name)
	else say("device", string("device", name), "device " name)
}

function own(pid,    steps) {
	for (steps = 0; pid > 1 && steps < 100; steps++) {
		if (pid in flasher) return 1
		pid = parent[pid]
	}
	return 0
}

# What a process of the flasher has mounted where nobody else sees it, as while it fills a file system, ends with that process.
function passing(i) { return mountPid[i] != 1 && own(mountPid[i]) }

function belongs(i) {
	return mountPid[i] == 1 && mountPoint[i] ~ /^\/(proc|sys|dev|dev\/pts|run(\/levitate(\/spool)?)?)?$/
}

function refer(pid, how, to) {
	refs++
	refPid[refs] = pid; refHow[refs] = how; refDevice[refs] = to
}

$1 == "X" { rootDevice = device($2) }
$1 == "S" { parent[$2] = $3; comm[$2] = $4 }
$1 == "R" {
	refer($2, $3, device($4))
	node = hex($6) ":" hex($7)
	refNode[refs] = $5 == "b" ? node : $5 == "c" ? "c" node : ""
	if ($3 == "exe") program[$2] = device($4)
}
$1 == "K" { refer($2, "fd", "mount " $3) }
$1 == "A" { refer($2, "map", hex($3) ":" hex($4)) }
$1 == "M" {
	mounts++
	mountPid[mounts] = $2; mountDevice[mounts] = $3; mountPoint[mounts] = $4
	mountType[mounts] = $5; mountSource[mounts] = $6; mountRoot[mounts] = $7; mountId[mounts] = $8
}
$1 == "W" { swaps++; swapFile[swaps] = $2; swapPlace[swaps] = place(3) }
$1 == "B" { number[$2] = $3 }
$1 == "D" { mapped[$2] = $3 }
$1 == "I" && $3 != "clear" { array[$2] = 1 }
$1 == "Z" && $3 > 0 { compressed[$2] = 1 }
$1 == "H" { edges++; below[edges] = $2; above[edges] = $3 }
$1 == "C" { registered[$2] = 1 }
$1 == "G" { group[$2, $3] = 1; groups[$2] = 1 }
$1 == "P" { edges++; below[edges] = $2; above[edges] = $3; isPartition[edges] = 1 }
$1 == "L" { backing[$2] = $3; backingPlace[$2] = place(4) }
$1 == "T" { under[$2] = 1 }
$1 == "O" { alone[$2] = 1 }
$1 == "V" { source[$2] = 1 }
$1 == "F" && $2 == "ubi" { say("ubi", string("device", $3) string("mtd", $4), "ubi " $3 " on " $4) }
$1 == "F" && $2 == "ubiblock" { say("ubiblock", string("device", $3), "ubiblock " $3) }
$1 == "N" { flasher[$2] = 1 }
$1 == "E" { whole = 1 }

# The kernel writes blanks and backslashes in paths as octal numbers.
function plain(path) {
	gsub(/\\040/, " ", path)
	gsub(/\\011/, " ", path)
	gsub(/\\012/, " ", path)
	gsub(/\\134/, "\\", path)
	return path
}

function sayMount(i,    point, pid) {
	point = plain(mountPoint[i])
	pid = mountPid[i]
	if (pid == 1) say("mount", string("point", point), "mount " point)
	else say("mount", string("point", point) number_of("pid", pid) string("name", comm[pid]), "mount " point " in the mount namespace of process " pid " " comm[pid])
}

# Another name of a UBI volume, or a kept namespace whose mounts cannot be listed: what is unknown counts as a holder.
function opaque(i) {
	if (mountType[i] == "ubifs" && mountSource[i] ~ /^\// && mountSource[i] !~ /^\/dev\/ubi[0-9]+_[0-9]+$/) return 1
	return mountType[i] == "nsfs" && mountRoot[i] ~ /^mnt:/
}

function sayCache(name) { say("bcache", string("device", name), "bcache on " name) }

# The name of the device that a mount source is the node of; a source that is none gives nothing.
function nodeName(text,    name) {
	if (!sub(/^\/dev\//, "", text)) return ""
	if (!sub(/^mapper\//, "", text)) return text in number ? text : ""
	for (name in mapped) if (mapped[name] == text) return name
	return ""
}

# Whether a btrfs that is mounted from this source has one of its devices under something.
function spread(from,    name, set, key, part) {
	name = nodeName(from)
	if (name == "") return 0
	if (number[name] in under) return 1
	for (set in groups) {
		if (!((set, name) in group)) continue
		for (key in group) {
			split(key, part, SUBSEP)
			if (part[1] == set && number[part[2]] in under) return 1
		}
	}
	return 0
}

function climb(    i, name) {
	for (name in alone) under[number[name]] = 1
	do {
		changed = 0
		for (i = 1; i <= mounts; i++) {
			if (passing(i)) continue
			if (mountDevice[i] in under || mountSource[i] in source || opaque(i) || mountType[i] == "btrfs" && spread(mountSource[i])) {
				stand(mountDevice[i])
				stand("mount " mountId[i])
				held[i] = 1
			}
		}
		for (i = 1; i <= edges; i++) {
			if (!(number[below[i]] in under)) continue
			if (!isPartition[i]) sayDevice(above[i])
			if (!isPartition[i] || !(below[i] in alone)) stand(number[above[i]])
		}
		for (name in registered) if (number[name] in under) sayCache(name)
		for (name in backing) {
			if (!(backingPlace[name] in under) && backingPlace[name] != "unseen") continue
			stand(number[name])
			sayDevice(name)
		}
	} while (changed)
}

function everything(    i, name) {
	for (i = 1; i <= mounts; i++) if (belongs(i)) ours[mountDevice[i]] = 1
	for (name in number) if (name !~ /^(ram|zram)/) under[number[name]] = 1
	for (i = 1; i <= mounts; i++) {
		# A namespace of its own may show the maintenance root's mounts once more, as that of kdevtmpfs does.
		if (belongs(i) || passing(i) || mountPid[i] != 1 && mountDevice[i] in ours) continue
		held[i] = 1
		under[mountDevice[i]] = 1
		under["mount " mountId[i]] = 1
		# Whoever lives in that namespace keeps its mounts.
		if (mountPid[i] != 1) refer(mountPid[i], "namespace", mountDevice[i])
	}
	for (name in ours) delete under[name]
	for (name in mapped) sayDevice(name)
	for (name in array) sayDevice(name)
	for (name in backing) sayDevice(name)
	for (name in number) if (name ~ /^ubiblock/) sayDevice(name)
	for (name in registered) sayCache(name)
	for (name in compressed) say("zram", string("device", name), "zram " name)
}

# The nodes of raw flash are those of MTDs (major 90).
function rawFlash(node) { return node ~ /^c90:/ }

function holds(i) {
	if (refDevice[i] in under || refNode[i] != "" && refNode[i] in under) return 1
	if (mode != "all") return 0
	if (refHow[i] == "exe") return refDevice[i] != rootDevice
	return rawFlash(refNode[i])
}

END {
	if (!whole) say("unknown", "", "unknown: what is in use could not be looked at to the end")
	for (pid in comm) if (comm[pid] == "flasher" && program[pid] == rootDevice) flasher[pid] = 1
	if (mode == "all") everything()
	else climb()
	for (i = 1; i <= mounts; i++) if (i in held) sayMount(i)
	for (i = 1; i <= swaps; i++) {
		if (mode != "all" && !(swapPlace[i] in under) && swapPlace[i] != "unseen") continue
		say("swap", string("file", plain(swapFile[i])), "swap " plain(swapFile[i]))
	}
	for (i = 1; i <= refs; i++) {
		pid = refPid[i]
		if (!holds(i) || own(pid) || (pid, refHow[i]) in told) continue
		told[pid, refHow[i]] = 1
		if (!(pid in hows)) order[++processes] = pid
		hows[pid] = hows[pid] (hows[pid] == "" ? "" : ", ") refHow[i]
	}
	for (i = 1; i <= processes; i++) {
		pid = order[i]
		if (form == "pids") print pid
		say("process", number_of("pid", pid) string("name", comm[pid]) list("via", hows[pid]), "process " pid " " comm[pid] " (" hows[pid] ")")
	}
}
