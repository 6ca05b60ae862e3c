import { Type } from '@sinclair/typebox';
import { AbsolutePath, Duration, Line, Name, optional, strict } from '../shared/schema-common.js';

const StaticNetwork = Type.Object(
  {
    interface: optional(
      Type.String({
        pattern: '^[A-Za-z0-9_.@:-]{1,15}$',
        description: 'such as eth0; default: the first wired one',
      }),
    ),
    address: Type.String({
      pattern: '^[0-9a-fA-F.:]+/[0-9]+$',
      description: 'an address with its prefix length, such as 192.168.1.1/24',
    }),
    gateway: optional(
      Type.String({
        pattern: '^[0-9a-fA-F.:]+$',
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
      Type.Union([Type.Literal('keep'), Type.Literal('dhcp'), StaticNetwork], {
        description: "keep the running system's addresses, ask by DHCP, or a static address",
      }),
    ),
    wifi: optional(
      Type.Object(
        {
          interface: optional(
            Type.String({
              pattern: '^[A-Za-z0-9_.-]{1,15}$',
              description: 'such as wlan0; default: the first wireless one',
            }),
          ),
          configuration: optional(
            Line('keep, or a wpa_supplicant.conf on this machine, relative to the profile'),
          ),
        },
        { ...strict, description: 'joins a Wi-Fi network with wpa_supplicant' },
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
              { description: 'keep = the port of the running system, or a port, 1 to 65535' },
            ),
          ),
          'host-keys': optional(
            Type.Union([Type.Literal('keep'), Type.Literal('new')], {
              description: "keep the running system's host keys, or make new ones",
            }),
          ),
          'authorized-keys': optional(
            Type.Array(Line('keep, or a public key file'), {
              description: 'keep = those of the running system; anything else is a public key file',
            }),
          ),
        },
        strict,
      ),
    ),
    watchdog: optional(
      Type.Object(
        { device: optional(AbsolutePath), feed: optional(Duration), timeout: optional(Duration) },
        strict,
      ),
    ),
    getty: optional(
      Type.Object(
        {
          device: Type.String({
            pattern: '^[A-Za-z][A-Za-z0-9_/-]*$',
            description: 'a terminal under /dev, such as ttyS0',
          }),
        },
        strict,
      ),
    ),
    extra: optional(
      Type.Array(
        Type.Object(
          { name: Name, run: Type.Array(Line('a word of the command'), { minItems: 1 }) },
          strict,
        ),
      ),
    ),
  },
  strict,
);
