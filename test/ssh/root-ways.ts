import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { sshConfig } from './clients.js';
import { startServer, type Server } from './servers.js';

/** The passwords of pi, and of root. */
export const passwords = { pi: 'rasp "berry\\ $x', root: "of 'root" };

/** What an administrator has set up. */
export interface Ways {
  /** doas.conf(5); without it, there is no doas. */
  doas?: string;
  /** sudoers(5); without it, there is no sudo. */
  sudoers?: string;
  /** Further lines for sshd_config(5). */
  sshd?: string[];
  /** The login shell of pi and of root; by itself sh. */
  shell?: string;
}

/**
 * A real sshd whose user pi logs in by a key, with the real sudo, doas and su of this machine behind it, in a mount namespace
 * with an /etc of its own.
 */
export async function startWithWays({
  doas,
  sudoers,
  sshd = [],
  shell = '/bin/sh',
}: Ways): Promise<Server & { config: string }> {
  const hash = (password: string) =>
    execFileSync('openssl', ['passwd', '-6', '-stdin'], {
      input: password,
      encoding: 'utf8',
    }).trim();
  const program = (name: string, text: string | undefined, file: string) =>
    text === undefined
      ? `mount --bind FOLDER/etc/none /usr/bin/${name}`
      : `printf '%b\\n' ${JSON.stringify(text).replaceAll('$', '\\$')} >FOLDER/etc/${file}\nchmod 440 FOLDER/etc/${file}`;
  const server = await startServer(
    'sshd',
    ['UsePAM yes', ...sshd],
    undefined,
    `chmod 755 FOLDER
    chown -R 4242:4242 FOLDER/home
    cp -a /etc FOLDER/etc
    printf '#!/bin/sh\\nexit 127\\n' >FOLDER/etc/none
    sed -i '/^root:/d' FOLDER/etc/shadow
    echo 'pi:x:4242:4242::FOLDER/home:${shell}' >>FOLDER/etc/passwd
    sed -i 's|^\\(root:.*\\):.*|\\1:${shell}|' FOLDER/etc/passwd
    echo 'pi:${hash(passwords.pi)}:19000:0:99999:7:::' >>FOLDER/etc/shadow
    echo 'root:${hash(passwords.root)}:19000:0:99999:7:::' >>FOLDER/etc/shadow
    ${program('doas', doas, 'doas.conf')}
    ${program('sudo', sudoers, 'sudoers')}
    mount --bind FOLDER/etc /etc`,
  );
  const config = sshConfig(server);
  writeFileSync(config, readFileSync(config, 'utf8').replace(/^ {2}User .*$/m, '  User pi'));
  return { ...server, config };
}
