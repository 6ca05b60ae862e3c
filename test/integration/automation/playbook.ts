/** Tasks with the modules of docs/how-to/automation/ansible, done by the real ansible-playbook. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';

/** The recipe itself, never a copy of it. */
const recipe = join(import.meta.dirname, '../../../docs/how-to/automation/ansible');

/** Where Ansible runs. */
export interface Place {
  /** The folder of the playbook, which has the modules beside it. */
  folder: string;
  env: Record<string, string>;
}

/** A task, and what stands in it besides the parameters of its module. */
export interface Task {
  module: string;
  parameters: Record<string, unknown>;
  more?: { until: string; retries: number; delay: number };
}

/** Puts the modules and the playbook of the recipe into a folder. */
export const bringModules = (folder: string): Promise<void> =>
  cp(recipe, folder, { recursive: true });

/** Runs a program of Ansible, whose own files go with the folder. */
export const ansible = ({ folder, env }: Place, program: string, words: string[]) =>
  execa(program, words, {
    cwd: folder,
    env: {
      ...env,
      ...{
        ANSIBLE_HOME: join(folder, '.ansible'),
        ANSIBLE_REMOTE_TEMP: join(folder, '.ansible/tmp'),
      },
      ...{ ANSIBLE_NOCOLOR: '1', ANSIBLE_LOCALHOST_WARNING: 'False' },
    },
    stdin: 'ignore',
    reject: false,
  });

/** Does tasks in one playbook, for a start of Ansible takes long; gives what each returns, and what is printed. */
export async function play(place: Place, tasks: Task[], ...words: string[]) {
  const names = tasks.map((_task, index) => `given_${index}`);
  const done = tasks.map(({ module, parameters, more }, index) => ({
    ...{ [module]: parameters, register: names[index], ignore_errors: true, ...more },
  }));
  const kept = { content: `{{ [${names.join(', ')}] | to_json }}`, dest: './given.json' };
  const whole = {
    ...{ hosts: 'localhost', gather_facts: false },
    tasks: [...done, { copy: kept, check_mode: false, diff: false }],
  };
  await writeFile(join(place.folder, 'play.yml'), JSON.stringify([whole]));
  const ended = await ansible(place, 'ansible-playbook', [...words, 'play.yml']);
  const { stdout, stderr } = ended;
  expect(ended.exitCode, stdout).toBe(0);
  const given = await readFile(join(place.folder, 'given.json'), 'utf8');
  return { stdout, stderr, given: JSON.parse(given) as Record<string, unknown>[] };
}
