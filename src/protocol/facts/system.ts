import { Type } from '@sinclair/typebox';
import { fact, number, yes } from './fact.js';

/** Who answers: the device, its login and its init system. */
export const ToldSystemFacts = Type.Object({
  'levitate-facts': fact('the number of the form that the facts have', /^1$/),
  state: fact('`normal` or `maintenance`', /^(normal|maintenance)$/),
  uid: number('the user id of the login'),
  machine: fact('`uname -m`', /^[^ ]+$/),
  'byte-order': fact('`little` or `big`', /^(little|big)$/),
  kernel: fact('`uname -r`', /\S/),
  'boot-id': fact('of the kernel that runs', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  hostname: fact('`uname -n`'),
  container: fact('a sign of a container or a chroot'),
  'memtotal-kib': fact('all RAM, in KiB'),
  'memavailable-kib': fact('what programs can still have, in KiB'),
  compatible: fact('a name of the device: /tmp/sysinfo/board_name, device tree, DMI or board.json'),
  'compat-version': fact(
    "which images fit an OpenWrt's settings (uci system.@system[0].compat_version)",
  ),
  model: fact('what it is, for people: device tree or DMI'),
  serial: fact('its serial number: device tree, DMI, the SoC or /proc/cpuinfo'),
  system: fact('what its system calls itself: PRETTY_NAME of os-release(5)'),
  init: fact('the init system as levitate calls it, or `unknown`'),
  'init-program': fact('the program of PID 1'),
  'init-root': fact('where the maintenance root is mounted; empty where there is no place'),
  'init-refusal': fact('why this init system cannot be led into maintenance'),
  'init-method': fact('what people should know of the method that will be used'),
  armed: yes('the next orderly shutdown leads into maintenance'),
  staged: yes('a maintenance root is unpacked'),
  missing: fact('a program that the device lacks'),
  end: fact('nothing is missing behind: yes', /^yes$/),
});

/** How the login came, and which keys open it. */
export const ToldLoginFacts = Type.Object({
  'root-terminal': fact(
    'a program that wants a terminal, which the SSH connection makes; it may be one that asks nothing then',
    /^(sudo|doas)$/,
  ),
  'root-by': fact('the program that runs commands as root, and asks nothing', /^(sudo|doas)$/),
  'root-asks': fact(
    'a program that may do so where it is given a password; in the order in which they are tried',
    /^(sudo|doas|su)$/,
  ),
  'root-refusal': fact('why a program does not'),
  'ssh-connection': fact('SSH_CONNECTION: address and port of both ends (ssh(1))'),
  'login-interface': fact('an interface that the login came by'),
  'login-loopback': fact('why the other end is a program of the device itself'),
  'login-ends': fact('why the way of the login ends with the old system'),
  'login-wifi': fact('why it does unless the profile lists Wi-Fi'),
  'keys-file': fact('a file of authorized keys: COUNT PATH', /^[0-9]+ /),
  'keys-looked': yes('these files were looked for'),
});
