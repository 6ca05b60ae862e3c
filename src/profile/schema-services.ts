import { Type } from '@sinclair/typebox';
import {
  Duration,
  Line,
  Name,
  about,
  absolutePathPattern,
  optional,
  strict,
} from '../shared/schema-common.js';

const StaticAddress = Type.Object(
  {
    interface: optional(
      Type.String({
        pattern: '^[A-Za-z0-9_.@:-]{1,15}$',
        title: 'the interface that gets the address; default: the first wired one',
        description: 'the name of an interface, such as eth0',
      }),
    ),
    address: Type.String({
      pattern: '^[0-9a-fA-F.:]+/[0-9]+$',
      title: 'the address of the maintenance system',
      description: 'an address with its prefix length, such as 192.168.1.1/24',
    }),
    gateway: optional(
      Type.String({
        pattern: '^[0-9a-fA-F.:]+$',
        title: 'the way to other networks; default: none',
        description: 'an address, such as 192.168.1.254',
      }),
    ),
  },
  strict,
);

/** `services`: what runs in the maintenance root. */
export const Services = Type.Object(
  {
    network: optional(
      Type.Union([Type.Literal('keep'), Type.Literal('dhcp'), StaticAddress], {
        title:
          "how the maintenance system is reached: with the running system's addresses (`keep`, the default), with an address from a DHCP server, or with one of its own",
        description: "keep the running system's addresses, ask by DHCP, or a static address",
      }),
    ),
    wifi: optional(
      Type.Object(
        {
          interface: optional(
            Type.String({
              pattern: '^[A-Za-z0-9_.-]{1,15}$',
              title: 'the interface that joins; default: the first wireless one',
              description: 'the name of an interface, such as wlan0',
            }),
          ),
          configuration: optional(
            about(
              "which network it joins; default: keep, which is the running system's configuration",
              Line('keep, or a wpa_supplicant.conf on this machine, relative to the profile'),
            ),
          ),
        },
        {
          ...strict,
          title: 'joins a Wi-Fi network with wpa_supplicant; default: none is joined',
          description: 'joins a Wi-Fi network with wpa_supplicant',
        },
      ),
    ),
    sshd: optional(
      Type.Object(
        {
          port: optional(
            Type.Union(
              [
                Type.Literal('keep'),
                Type.Integer({ minimum: 1, maximum: 65535, description: 'a port, 1 to 65535' }),
              ],
              {
                title:
                  'the TCP port that it listens at; default: keep, which is the port of the running system',
                description: 'keep = the port of the running system, or a port, 1 to 65535',
              },
            ),
          ),
          'host-keys': optional(
            about(
              'the host keys that maintenance presents: those of the running system (`keep`, the default), new ones that are made in RAM and whose fingerprints levitate is told before (`new`), or the one of a private key file, relative to the profile, which the archive then holds',
              Line('keep, new, or a private key file of OpenSSH without a passphrase'),
            ),
          ),
          'authorized-keys': optional(
            Type.Array(Line('keep, agent, or a public key file'), {
              title:
                'who may log in: keep stands for the keys that open the login now (where none do, as where a password does, for your own), agent for your own: what `ssh-add -L` lists, ~/.ssh/id_*.pub and the IdentityFile of ssh_config; anything else is a public key file, relative to the profile; default: [keep]',
              description:
                'keep = those of the running system; agent = your own; anything else is a public key file',
            }),
          ),
        },
        { ...strict, title: 'the SSH server, which runs in any case' },
      ),
    ),
    watchdog: optional(
      Type.Object(
        {
          device: optional(
            about(
              'the watchdog that is fed; default: /dev/watchdog',
              Type.String({
                pattern: absolutePathPattern,
                description: 'an absolute path, such as /dev/watchdog1',
              }),
            ),
          ),
          feed: optional(about('how often it is fed; default: 5s', Duration)),
          timeout: optional(
            about('after how long without being fed it resets the device; default: 30s', Duration),
          ),
        },
        {
          ...strict,
          title:
            'the watchdog that is fed in maintenance, how often, and with which timeout; every watchdog that runs already is fed in any case',
        },
      ),
    ),
    getty: optional(
      Type.Object(
        {
          device: Type.String({
            pattern: '^[A-Za-z][A-Za-z0-9_/-]*$',
            title: 'the terminal that it is on',
            description: 'a terminal under /dev, such as ttyS0',
          }),
        },
        { ...strict, title: 'a root shell without a password on a serial console; default: none' },
      ),
    ),
    extra: optional(
      Type.Array(
        Type.Object(
          {
            name: about('the name of the service', Name),
            run: Type.Array(Line('a word of the command'), {
              minItems: 1,
              title: 'its command and arguments; it is started again when it ends',
            }),
          },
          strict,
        ),
        { title: 'services of your own; default: none' },
      ),
    ),
  },
  { ...strict, title: 'what runs in the maintenance root' },
);
