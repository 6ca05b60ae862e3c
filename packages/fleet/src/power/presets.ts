/**
 * How the power of a device is switched, as data: for each preset the words of a program that is kept elsewhere. `{field}` is what the
 * inventory says, `{word}` what the preset calls on or off, `{folder}` a folder of this run alone. `{field:url}` is percent-encoded,
 * `{field:quoted}` escaped for double quotes. A line that names something that is not given is left out. A secret never stands in `argv`,
 * which everybody on the machine can read.
 */

/** What is run, with placeholders. */
export interface PowerTemplate {
  /** The program and its words. */
  argv: readonly string[];
  /** The lines of its standard input. */
  input?: readonly string[];
  /** The lines of files in `{folder}`, by their names. */
  files?: Readonly<Record<string, readonly string[]>>;
  /** Variables of its environment. */
  env?: Readonly<Record<string, string>>;
  /** What it must print, as a regular expression: an exit status of 0 alone is not enough then. */
  says?: string;
}

/** One way to switch power. */
export interface PowerPreset {
  /** What it is, for the documents. */
  title: string;
  /** Fields that must be given. */
  needs: readonly string[];
  /** Fields that may be given besides those that the templates name. */
  takes?: readonly string[];
  /** What fields are that are not given. */
  defaults?: Readonly<Record<string, string>>;
  /** What it calls on and off. */
  words?: Readonly<{ on: string; off: string }>;
  /** What switches on or off. */
  switches?: PowerTemplate;
  /** What interrupts the power, or pulls a reset line, for `{seconds}`: by the version of the program, of which a pattern matches what `ask` prints. */
  pulses?: {
    ask: readonly string[];
    versions: Readonly<Record<string, readonly PowerTemplate[]>>;
  };
  /** Which field says what takes one request at a time. */
  oneAtATime: string;
}

/** A request by curl, all of which goes through standard input; no proxy and no curlrc sees it. */
const curl = (...lines: string[]): PowerTemplate => ({
  argv: ['curl', '-q', '--config', '-'],
  input: [
    'silent\nshow-error\nfail\ngloboff\nproto = "=http,https"\nnoproxy = "*"',
    'cacert = "{ca-file:quoted}"',
    ...lines,
  ],
});

const basicLogin = 'user = "{user:quoted}:{secret:quoted}"';

/** `snmpset` of pethPsePortAdminEnable (RFC 3621), whose index is the group and the port, such as 1.7; what logs in is in its file. */
const poePort = (...login: string[]): PowerTemplate => ({
  argv: [
    ...['snmpset', '-t', '2', '-r', '2', '{host}:{port}'],
    ...['1.3.6.1.2.1.105.1.1.1.3.{outlet}', 'i', '{word}'],
  ],
  files: { 'snmp.conf': login },
  env: { SNMPCONFPATH: '{folder}', SNMP_PERSISTENT_DIR: '{folder}', MIBS: '' },
});

const truthValue = { on: '1', off: '2' };

/** Every preset by its name. */
export const powerPresets = {
  http: {
    title: 'a request to `url`, in which `{word}` is on or off and `{outlet}` the outlet',
    needs: ['url'],
    takes: ['outlet'],
    words: { on: 'on', off: 'off' },
    switches: curl('url = "{url:quoted}"', basicLogin),
    oneAtATime: 'url',
  },
  tasmota: {
    title: 'a plug or relay with Tasmota (Commands: web requests)',
    needs: ['host'],
    defaults: { port: '80', outlet: '1', user: 'admin' },
    words: { on: 'On', off: 'Off' },
    // A wrong password is answered with status 200 and a warning.
    switches: {
      ...curl(
        'get\nurl = "http://{host}:{port}/cm"',
        'data = "cmnd=Power{outlet:url}%20{word}"',
        'data = "user={user:url}&password={secret:url}"',
      ),
      says: '"POWER[0-9]*":"{word}"',
    },
    oneAtATime: 'host',
  },
  redfish: {
    title: 'a BMC with Redfish (DSP0266: ComputerSystem.Reset); `outlet` is the system',
    needs: ['host', 'user'],
    defaults: { port: '443', outlet: '1' },
    words: { on: 'On', off: 'ForceOff' },
    switches: curl(
      'url = "https://{host}:{port}/redfish/v1/Systems/{outlet:url}/Actions/ComputerSystem.Reset"',
      'header = "Content-Type: application/json"',
      String.raw`data = "{\"ResetType\":\"{word}\"}"`,
      basicLogin,
    ),
    oneAtATime: 'host',
  },
  ipmi: {
    title: 'a BMC with IPMI 2.0, by ipmitool',
    needs: ['host', 'user'],
    defaults: { port: '623' },
    words: { on: 'on', off: 'off' },
    switches: {
      argv: [
        ...['ipmitool', '-I', 'lanplus', '-H', '{host}', '-p', '{port}', '-U', '{user}', '-E'],
        ...['chassis', 'power', '{word}'],
      ],
      env: { IPMI_PASSWORD: '{secret}' },
    },
    oneAtATime: 'host',
  },
  'snmp-poe': {
    title: 'a port of a switch that feeds the device, by SNMP 2c; the secret is the community',
    needs: ['host', 'outlet'],
    defaults: { port: '161' },
    words: truthValue,
    switches: poePort('defVersion 2c', 'defCommunity "{secret:quoted}"'),
    oneAtATime: 'host',
  },
  'snmp3-poe': {
    title: 'the same by SNMP 3, with SHA and AES; the secret is the passphrase',
    needs: ['host', 'outlet', 'user'],
    defaults: { port: '161' },
    words: truthValue,
    switches: poePort(
      'defVersion 3\ndefSecurityLevel authPriv\ndefAuthType SHA\ndefPrivType AES',
      'defSecurityName "{user:quoted}"',
      'defPassphrase "{secret:quoted}"',
    ),
    oneAtATime: 'host',
  },
  pdudaemon: {
    title: 'PDUDaemon at `host`, which knows the PDU as `pdu`',
    needs: ['pdu', 'outlet'],
    defaults: { host: 'localhost', port: '16421' },
    words: { on: 'on', off: 'off' },
    switches: curl(
      'get\nurl = "http://{host}:{port}/power/control/{word}"',
      'data = "hostname={pdu:url}&port={outlet:url}"',
    ),
    oneAtATime: 'pdu',
  },
  mqtt: {
    title: 'a message ON or OFF to `topic`, which the broker at `host` takes; by mosquitto_pub',
    needs: ['host', 'topic'],
    defaults: { port: '1883' },
    words: { on: 'ON', off: 'OFF' },
    switches: {
      argv: [
        ...['mosquitto_pub', '-h', '{host}', '-p', '{port}', '-q', '1'],
        ...['-t', '{topic}', '-m', '{word}'],
      ],
      files: { mosquitto_pub: ['-u {user}\n-P {secret}'] },
      env: { XDG_CONFIG_HOME: '{folder}' },
    },
    oneAtATime: 'topic',
  },
  gpio: {
    title:
      'a line of this machine that, while it is active, resets the device or cuts its power: `cycle` alone, because a line is held only as long as a program holds it; by gpioset of libgpiod 1 or 2',
    needs: ['outlet'],
    defaults: { chip: 'gpiochip0', active: 'low' },
    pulses: {
      ask: ['gpioset', '--version'],
      versions: {
        // What a line is when its program has ended depends on its driver: the last word is said aloud.
        'v1\\.': [
          { argv: ['gpioset', '--mode=time', '--sec={seconds}', '{chip}', '{outlet}={level}'] },
          { argv: ['gpioset', '--mode=exit', '{chip}', '{outlet}={idle}'] },
        ],
        'v2\\.': [
          {
            argv: [
              ...['gpioset', '--chip', '{chip}', '--toggle', '{seconds}s,0'],
              '{outlet}={level}',
            ],
          },
        ],
      },
    },
    oneAtATime: 'outlet',
  },
} as const satisfies Record<string, PowerPreset>;

/** The name of a preset. */
export type PowerPresetName = keyof typeof powerPresets;
