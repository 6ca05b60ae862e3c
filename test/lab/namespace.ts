/** Networks of their own on this machine: namespaces, with an emulated device or another one at the other end. They need root. */
import { execa } from 'execa';

export class Namespace implements AsyncDisposable {
  /** The network card there: a tap, whose other end is a device, or an end of a wire. */
  readonly card = 'card0';
  /** What runs a program in it, before the words of that. */
  readonly enter: string[];

  private constructor(private readonly name: string) {
    this.enter = ['ip', 'netns', 'exec', name];
  }

  /** Whether this machine lets us make one. */
  static async isPossible(): Promise<boolean> {
    if (process.getuid?.() !== 0) return false;
    const trial = await execa('unshare', ['--net', 'ip', 'tuntap', 'add', 'card0', 'mode', 'tap'], {
      reject: false,
    });
    return trial.exitCode === 0;
  }

  /** Makes one in which this machine has an address such as `10.0.2.2/24` on a tap. */
  static async make(address: string): Promise<Namespace> {
    const namespace = await Namespace.empty();
    await namespace.ip(['tuntap', 'add', namespace.card, 'mode', 'tap']);
    await namespace.up(address);
    return namespace;
  }

  /** Makes two with a wire between: a server with an address, and a client without. */
  static async pair(address: string): Promise<[server: Namespace, client: Namespace]> {
    const [server, client] = [await Namespace.empty(), await Namespace.empty()];
    const { card, name } = client;
    await server.ip(['link', 'add', server.card, 'type', 'veth', 'peer', card, 'netns', name]);
    await server.up(address);
    await client.up();
    return [server, client];
  }

  private static async empty(): Promise<Namespace> {
    const namespace = new Namespace(`levitate-${process.pid}-${(count += 1)}`);
    await execa('ip', ['netns', 'add', namespace.name]);
    return namespace;
  }

  private ip(words: string[]) {
    return execa('ip', ['-n', this.name, ...words]);
  }

  private async up(address?: string): Promise<void> {
    await this.ip(['link', 'set', 'lo', 'up']);
    if (address !== undefined) await this.ip(['address', 'add', address, 'dev', this.card]);
    await this.ip(['link', 'set', this.card, 'up']);
  }

  /** Runs a program in it to its end, whatever that is. */
  async run(program: string, words: string[], env: Record<string, string> = {}) {
    const [ip = '', ...before] = this.enter;
    return execa(ip, [...before, program, ...words], { env, reject: false, stdin: 'ignore' });
  }

  /** The processes in it. */
  async processes(): Promise<string[]> {
    const { stdout } = await execa('ip', ['netns', 'pids', this.name]);
    return stdout.split('\n').filter((pid) => pid !== '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await execa('ip', ['netns', 'delete', this.name]);
  }
}

let count = 0;
