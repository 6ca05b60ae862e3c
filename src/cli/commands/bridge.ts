import { Argument } from 'commander';
import { LevitateError } from '../../errors.js';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { given, type Shared } from '../options.js';
import { run } from '../run.js';
import { addRemoteCommand } from './common.js';

interface Options extends Shared {
  folder: string;
  tenant?: string;
  tokenFile?: string;
  expectVersion?: boolean;
  insecureHttp?: boolean;
  once?: boolean;
}

/** Adds `levitate bridge`. */
export const addBridge = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'bridge', 'deploy what an update server assigns to devices')
    .description(
      'Stands between devices and an Eclipse hawkBit server: it polls for each device, downloads what the server assigns to it, deploys that, and tells the server how it ended. It tells success only once the new system is confirmed.',
    )
    .form('hawkbit URL PROFILE TARGET ID=HOST... --folder DIR')
    .addArgument(new Argument('<KIND>', 'the kind of the server').choices(['hawkbit']))
    .addArgument(
      new Argument('<URL>', 'the URL of the server, without the tenant: https://hawkbit.example'),
    )
    .addArgument(new Argument('<PROFILE>', 'the path of the profile of the devices'))
    .addArgument(new Argument('<TARGET>', 'the target of the profile that images are written to'))
    .addArgument(
      new Argument(
        '<ID=HOST...>',
        'a device by its controller id in hawkBit, and as you would write it after `ssh`',
      ),
    )
    .requiredOption(
      '--folder <DIR>',
      'keep downloads there, and what is known of the last action of each device',
    )
    .option('--token-file <FILE>', 'read the gateway token from FILE; else HAWKBIT_GATEWAY_TOKEN')
    .option('--tenant <NAME>', 'the tenant; without it, DEFAULT')
    .option(
      '--expect-version',
      'what confirm.build.read of the profile prints must be the version of the software module',
    )
    .option('--once', 'poll once for each device, do what is assigned, and end')
    .option('--insecure-http', 'ask a server beyond this machine without TLS')
    .example(
      'levitate bridge hawkbit https://hawkbit.example ap.yaml disk ap-1=root@192.168.1.1 --folder /var/lib/levitate/hawkbit --token-file /etc/levitate/gateway-token',
      'deploy to one device what the server assigns to ap-1',
    )
    .detail(
      'It overwrites devices without a question: who may assign in hawkBit decides. A cancellation is accepted until the first write, and refused from then on. `levitate help hawkbit` tells more.',
    )
    .action(
      async (
        _kind: string,
        url: string,
        profile: string,
        target: string,
        pairs: string[],
        options: Options,
        command: CliCommand,
      ) => {
        checkArguments(command, { profile });
        const devices = devicesOf(pairs);
        const { folder, tenant, tokenFile, expectVersion, insecureHttp, once, sshConfig } = options;
        const more = { tenant, tokenFile, expectVersion, insecureHttp, once, sshConfig };
        await run(
          'bridge',
          options,
          async (progress) => {
            const { bridgeHawkbit } = await import('../../operations/bridge/hawkbit/bridge.js');
            const where = { url, profile, target, devices, folder };
            return bridgeHawkbit({ ...where, ...given(more) }, progress);
          },
          ({ devices: polled }) => [`Polled for: ${polled.join(', ')}.`],
        );
      },
    );

function devicesOf(pairs: string[]): Record<string, string> {
  const devices: Record<string, string> = {};
  for (const pair of pairs) {
    const [, id = '', host = ''] = /^([^=]+)=(.+)$/s.exec(pair) ?? [];
    const wrong =
      host === ''
        ? `'${pair}' is not of the form ID=HOST`
        : id in devices && `the device ${id} is named twice`;
    if (wrong)
      throw new LevitateError('USAGE', wrong, {
        hint: 'ID is the controller id in hawkBit, and HOST the device: ap-1=root@192.168.1.1.',
      });
    devices[id] = host;
  }
  return devices;
}
