# shellcheck shell=sh
# A container or a chroot is told from a device of its own, and no device is taken for one. This scenario stands in a
# PID namespace; further places are made of a /proc that is not the kernel's.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/takeover/report.sh
. /sent/remote/login.sh
. /sent/remote/container.sh
# As the facts, which tell what they can.
set +e
LEVITATE_MARK=mark
read_uid
# signs: reports them.
signs() {
	report_container "$uid" "$release"
}
release=6.1.0
signs >/tmp/out
says 'a PID namespace of its own: pid:['
mkdir -p /tmp/jail/usr /tmp/jail/proc /tmp/jail/dev
cp -r /sent /tmp/jail/sent
: >/tmp/jail/dev/null
mount --bind /usr /tmp/jail/usr
mount -t proc proc /tmp/jail/proc
cat >/tmp/jail/look <<'LOOK'
. /usr/lib/levitate/takeover/report.sh
. /sent/remote/login.sh
. /sent/remote/container.sh
LEVITATE_MARK=mark
read_uid
report_container "$uid" 6.1.0
LOOK
chroot /tmp/jail /usr/bin/busybox sh /look >/tmp/out
says 'a chroot'

mount -t tmpfs proc /proc

# device: the /proc of a device of its own, seen by root.
device() {
	rm -rf /proc/* /.dockerenv /run/.containerenv /run/systemd /run/host
	release=6.1.0
	mkdir -p /proc/self/ns /proc/self/root /proc/1 /proc/2
	ln -s /proc/self/root /proc/1/root
	ln -s 'pid:[4026531836]' /proc/self/ns/pid
	printf 'Name:\tsh\nUid:\t0\t0\t0\t0\n' >/proc/self/status
	printf 'Name:\tkthreadd\n' >/proc/2/status
	echo '         0          0 4294967295' >/proc/self/uid_map
	printf 'HOME=/\0TERM=linux\0container_of=x\0' >/proc/1/environ
	printf '%s\n' '1 1 0:2 / / rw - rootfs none rw' '25 1 254:0 / / rw - ext4 /dev/vda rw' >/proc/1/mountinfo
	printf '%s\n' '90 89 0:2 / / rw - rootfs none rw' '91 90 254:0 / / rw - ext4 /dev/vda rw' '92 91 0:9 / /tmp rw - tmpfs x rw' >/proc/self/mountinfo
}

# passes WHAT: nothing was found that speaks of a container.
passes() {
	[ -z "$(signs)" ] || die "$1: $(signs)"
}

# refused WHAT TEXT: it gave itself away by this, and by nothing else.
refused() {
	signs >/tmp/out
	says "$2"
	[ "$(grep -c . /tmp/out)" = 1 ] || die "$1 by more: $(cat /tmp/out)"
}

device
passes 'a device, its sshd in a mount namespace of its own'
rm -rf /proc/self/ns
passes 'a kernel before 3.8, or without PID namespaces'
rm /proc/self/uid_map
passes 'a kernel without user namespaces'
rm /proc/self/mountinfo /proc/1/mountinfo
passes 'a kernel without mountinfo'
device
: >/.dockerenv
passes 'a device whose root file system was made in a container'
device
rm /proc/1/environ /proc/1/root
passes 'a device that hides PID 1'
device
release=5.4.0-azure-microservice
passes 'a kernel with such a name'

device
rm /proc/self/ns/pid
ln -s 'pid:[4026532182]' /proc/self/ns/pid
refused 'a PID namespace' 'pid:[4026532182]'
device
rm -rf /proc/self/ns /proc/2
refused 'an old PID namespace' 'kthreadd'
device
printf 'Name:\tnginx\n' >/proc/2/status
rm -rf /proc/self/ns
refused 'an old PID namespace with a process 2' 'kthreadd'
device
printf 'HOME=/\0container=lxc\0' >/proc/1/environ
refused 'LXC, systemd-nspawn, podman' 'container=lxc in the environment of PID 1'
device
echo '         0     100000      65536' >/proc/self/uid_map
refused 'an unprivileged container' 'a user namespace of its own: 0 100000 65536'
device
mkdir /proc/other
rm /proc/1/root
ln -s /proc/other /proc/1/root
refused 'a chroot' 'not the root of PID 1'
device
sed -i 's/254:0/254:1/' /proc/self/mountinfo
refused 'another root in the PID namespace of the machine' 'not the root of PID 1'
device
sed -i '/ \/ rw/d' /proc/self/mountinfo
refused 'a chroot into a folder of the same number' 'not the root of PID 1'
device
mkdir /proc/vz
refused OpenVZ '/proc/vz'
mkdir /proc/bc
passes 'the machine under OpenVZ'
for release in 4.4.0-19041-Microsoft 5.15.153.1-microsoft-standard-WSL2 6.6.0-WSL2; do
	device_release=$release
	device
	release=$device_release
	refused WSL WSL
done
for mark in /.dockerenv /run/.containerenv /run/systemd/container /run/host/container-manager; do
	device
	rm /proc/1/root
	mkdir -p "${mark%/*}"
	: >"$mark"
	refused "$mark" "$mark, and root may not look at PID 1"
done
rm -f /.dockerenv
pass
