import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { sshConfig } from './clients.js';
import { startServer, type Server } from './servers.js';

/** The password of the user pi. */
export const password = 'rasp "berry';

/** Whether such a server can be started here: it serves a user of its own, in a mount namespace. */
export const canServePi = process.getuid?.() === 0;

const name = 'pi';
const id = 4242;

/**
 * An sshd that knows a user pi, who logs in by a password that PAM asks for (keyboard-interactive) and by nothing else. Her
 * sudo asks for a password, and takes none.
 * @param lines further ones for sshd_config(5)
 */
export async function startPi(lines: string[] = []): Promise<Server & { config: string }> {
  const hash = execFileSync('openssl', ['passwd', '-6', password], { encoding: 'utf8' }).trim();
  const server = await startServer(
    'sshd',
    [
      'SetEnv PATH=FOLDER/bin:/usr/bin:/bin',
      'UsePAM yes',
      'KbdInteractiveAuthentication yes',
      'PubkeyAuthentication no',
      ...lines,
    ],
    undefined,
    `chmod 755 FOLDER
    mkdir FOLDER/bin FOLDER/etc
    printf '#!/bin/sh\\necho "sudo: a password is required" >&2\\nexit 1\\n' >FOLDER/bin/sudo
    chmod 755 FOLDER/bin/sudo
    { cat /etc/passwd; echo '${name}:x:${id}:${id}::FOLDER/home:/bin/sh'; } >FOLDER/etc/passwd
    { cat /etc/shadow; echo '${name}:${hash}:19000:0:99999:7:::'; } >FOLDER/etc/shadow
    for phase in auth account; do echo "$phase required pam_unix.so"; done >FOLDER/etc/pam
    echo 'session required pam_permit.so' >>FOLDER/etc/pam
    mount --bind FOLDER/etc/passwd /etc/passwd
    mount --bind FOLDER/etc/shadow /etc/shadow
    mount --bind FOLDER/etc/pam /etc/pam.d/sshd`,
  );
  const config = sshConfig(server);
  writeFileSync(config, readFileSync(config, 'utf8').replace(/^ {2}User .*$/m, `  User ${name}`));
  return { ...server, config };
}
