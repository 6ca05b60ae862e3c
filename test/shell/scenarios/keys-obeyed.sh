# shellcheck shell=sh
# Stands for a running system: keys come along from the files alone that its SSH server obeys for this login.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# A login is never PID 1.
if [ $$ = 1 ]; then
	sh -eu "$0"
	exit
fi
. /usr/lib/levitate/takeover/report.sh
. /usr/lib/levitate/takeover/login-keys.sh
. /usr/lib/levitate/takeover/carry/keys.sh
# shellcheck disable=SC2034
b=
LEVITATE_MARK=x
mount -t tmpfs proc /proc
mount -t tmpfs home /root
HOME=/root USER=root SSH_CONNECTION='192.0.2.1 5 192.0.2.2 22'
chmod 700 /root

# process PID PARENT COMM WORDS...: one of the running system.
process() {
	mkdir -p "/proc/$1"
	printf 'Name:\t%s\nPPid:\t%s\n' "$3" "$2" >"/proc/$1/status"
	echo "$3" >"/proc/$1/comm"
	_number=$1
	shift 3
	printf '%s\0' "$@" >"/proc/$_number/cmdline"
}
# sshd: prints its settings if it is asked for this very login.
cat >/tmp/sshd <<'SSHD'
#!/bin/sh
case "$*" in
"-T -f /tmp/its.conf -C user=root,host=192.0.2.1,addr=192.0.2.1") cat /tmp/settings ;;
"-T -f /tmp/its.conf") [ ! -e /tmp/old ] || cat /tmp/settings.old ;;
*) exit 1 ;;
esac
SSHD
chmod 755 /tmp/sshd

under_openssh() {
	rm -rf /proc/*
	process $$ 300 sh sh -s
	process 300 200 sshd-session 'sshd-session: root@notty'
	process 200 100 sshd 'sshd: root [priv]'
	process 100 1 sshd 'sshd: /tmp/sshd -D -f /tmp/its.conf [listener] 0 of 10-100 startups'
	ln -s /tmp/sshd /proc/100/exe
}
under_dropbear() { # WORDS...
	rm -rf /proc/*
	process $$ 200 sh sh -s
	process 200 100 dropbear dropbear "$@"
	process 100 1 dropbear dropbear "$@"
	printf 'ELF\0/root\0%s\0x' "$built_in" >/tmp/dropbear
	ln -s /tmp/dropbear /proc/200/exe
}

# obeyed WORDS: these files and no others, with spaces between.
obeyed() {
	find_keys
	_is=$(printf '%s' "$key_files" | tr '\n' ' ')
	[ "$_is" = "$1" ] || die "obeys '$_is', not '$1'"
}

mkdir -p /root/.ssh /root/2 /etc/dropbear /keys
chmod 700 /root/.ssh /root/2 /etc/dropbear /keys
for file in /root/.ssh/authorized_keys /root/.ssh/authorized_keys2 /etc/dropbear/authorized_keys /keys/root /keys/0; do
	printf '# of %s\n\n  ssh-ed25519 AAAA %s' "$file" "$file" >"$file"
	chmod 600 "$file"
done

under_openssh
while IFS='|' read -r setting files; do
	printf 'pubkeyauthentication yes\nstrictmodes yes\nauthorizedkeyscommand none\nauthorizedkeysfile %s\n' "$setting" >/tmp/settings
	obeyed "$files"
done <<'TABLE'
.ssh/authorized_keys .ssh/authorized_keys2|/root/.ssh/authorized_keys /root/.ssh/authorized_keys2 
.ssh/authorized_keys|/root/.ssh/authorized_keys 
none|
/keys/%u|/keys/root 
/keys/%U|/keys/0 
%h/.ssh/authorized_keys|/root/.ssh/authorized_keys 
/keys/%%u|/keys/%u 
/keys/none /keys/root|/keys/none /keys/root 
TABLE
printf 'pubkeyauthentication no\nauthorizedkeysfile /keys/root\n' >/tmp/settings
obeyed ''
: >/tmp/settings
rm -f /tmp/its.conf
: >/tmp/old
printf 'authorizedkeysfile /keys/0\n' >/tmp/settings.old
sed -i 's/^"-T -f .* -C .*/never) ;;/' /tmp/sshd
obeyed '/keys/0 '
rm /tmp/old /tmp/sshd
obeyed '/root/.ssh/authorized_keys /root/.ssh/authorized_keys2 '

# What others can change, a server does not obey, unless it was told to.
for place in /root /root/.ssh /root/.ssh/authorized_keys; do
	chmod g+w "$place"
	find_keys
	case $key_files in
	*'keys
'*) die "obeys what others can write: $place" ;;
	esac
	chmod g-w "$place"
done
chown 7 /root/.ssh/authorized_keys
obeyed '/root/.ssh/authorized_keys2 '
chown 0 /root/.ssh/authorized_keys
mkdir /root/elsewhere
mv /root/.ssh/authorized_keys /root/elsewhere/keys
ln -s ../elsewhere/keys /root/.ssh/authorized_keys
obeyed '/root/.ssh/authorized_keys /root/.ssh/authorized_keys2 '
chmod o+w /root/elsewhere
obeyed '/root/.ssh/authorized_keys2 '
chmod o-w /root/elsewhere

built_in=/etc/dropbear/authorized_keys
under_dropbear -F -P /var/run/dropbear.1.pid -p 22
obeyed '/etc/dropbear/authorized_keys '
built_in=/etc/dropbear/dropbear_rsa_host_key
under_dropbear -F
obeyed '/root/.ssh/authorized_keys '
under_dropbear -F -D /keys
obeyed '/keys/authorized_keys '
# shellcheck disable=SC2088 # dropbear itself expands it
under_dropbear -F -D '~/2'
obeyed '/root/2/authorized_keys '

rm -rf /proc/*
process $$ 1 sh sh -s
obeyed '/root/.ssh/authorized_keys '

# What is carried is the keys, each on a line of its own, and said aloud if there are none.
root=/tmp/root
mkdir -p "$root/root/.ssh"
built_in=/etc/dropbear/authorized_keys
under_dropbear -F
printf '\nssh-rsa BBBB second\n#no' >>/etc/dropbear/authorized_keys
find_keys
[ "$(carry_authorized_keys)" = "ssh-ed25519 AAAA /etc/dropbear/authorized_keys
ssh-rsa BBBB second" ] || die "$(carry_authorized_keys)"
echo 'ssh-ed25519 ENTRY' >"$root/root/.ssh/authorized_keys"
report_lost_keys "$root" >/tmp/out
says 'note=no authorized key is carried over: the SSH server here obeys none in /etc/dropbear/authorized_keys now'
carry_authorized_keys >>"$root/root/.ssh/authorized_keys"
[ -z "$(report_lost_keys "$root")" ] || die "$(report_lost_keys "$root")"
[ "$(report_keys)" = "@x keys-file=2 /etc/dropbear/authorized_keys x@
@x keys-looked=yes x@" ] || die "$(report_keys)"
printf '#!/bin/sh\necho "authorizedkeyscommand /usr/bin/ask %%u"\n' >/tmp/sshd
chmod 755 /tmp/sshd
under_openssh
find_keys
report_lost_keys "$root" >/tmp/out
says 'note=keys that sshd gets from /usr/bin/ask %u (AuthorizedKeysCommand) are not carried over'
pass
