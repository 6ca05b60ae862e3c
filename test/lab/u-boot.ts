/** Debian's U-Boot for QEMU's 64-bit ARM board, told what to boot over its serial console. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { timeBound } from '../../src/shared/time-bound.js';
import { boardOf } from './boards.js';
import { run } from './build/run.js';

const firmware = '/usr/lib/u-boot/qemu_arm64/u-boot.bin';
const board = boardOf('ap-arm64');
// With another amount of memory, or without the firmware, QEMU makes another device tree.
const machine = ['-m', '256', '-nodefaults', '-nographic', '-bios', firmware];

/** Where this board's RAM begins. */
export const ramStart = 0x40000000;

/** Writes the device tree that QEMU gives this board. */
export async function boardTree(path: string): Promise<void> {
  const [flag = '', name = '', ...cpu] = board.machine;
  await run([board.qemu, flag, `${name},dumpdtb=${path}`, ...cpu, ...machine]);
}

export interface UBootOptions {
  /** Files that lie in RAM when it starts, at these addresses. */
  files: Record<string, number>;
  /** What is typed at its prompt, once it has been kept from booting by itself. */
  commands: string[];
  /** What the console must say in the end. */
  until: RegExp;
}

/** Boots, and answers what the console said; fails with that where QEMU ends or a minute passes without a word. */
export async function bootByUBoot({ files, commands, until }: UBootOptions): Promise<string> {
  const loaders = Object.entries(files).flatMap(([path, address]) => [
    ...['-device', `loader,file=${path},addr=${address},force-raw=on`],
  ]);
  const words = [...board.machine, ...machine, '-serial', 'stdio', '-no-reboot', ...loaders];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', board.qemu, ...words]);
  const answers = [/stop autoboot/, ...commands.map(() => /=> $/)];
  const typed = ['', ...commands];
  let said = '';
  let from = 0;
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  try {
    while (!until.test(said)) {
      using silent = timeBound(60);
      const [bytes] = (await once(child.stdout, 'data', silent)) as [Buffer];
      said += bytes.toString().replaceAll('\r', '');
      if (!answers[0]?.test(said.slice(from))) continue;
      from = said.length;
      answers.shift();
      child.stdin.write(`${typed.shift() ?? ''}\n`);
    }
    return said;
  } catch (error) {
    throw new Error(`lab: U-Boot did not boot it:\n${said.slice(-3000)}`, { cause: error });
  } finally {
    child.kill('SIGKILL');
  }
}
