# shellcheck shell=sh
# authorize-key: lets the public key on standard input log in, until the next reboot; tells the host keys that sshd presents

IFS= read -r _key || :
case $_key in
'ssh-ed25519 '*) ;;
*) refuse USAGE "that is no line with a public key (ssh-ed25519)" ;;
esac
mkdir -p /root/.ssh
# The line before may lack its end.
printf '\n%s\n' "$_key" >>/root/.ssh/authorized_keys
_keys=$(for _file in /etc/dropbear/*_host_key; do
	dropbearkey -y -f "$_file" | sed -n '/^\(ssh\|ecdsa\)-/p'
done | json_strings)
say authorized host_keys# "[$_keys]"
