/** The first commands of somebody new, in their order, and what each does. */
const steps: [string, string][] = [
  ['probe HOST --profile-out x.yaml', 'look at a device, write a profile'],
  ['enter HOST x.yaml --dry-run', 'see what entering would do'],
  ['deploy HOST x.yaml TARGET=IMAGE', 'enter, write, read back, boot it'],
  ['deploy HOST IMAGE', 'the same, without a profile'],
  ['status HOST', 'tell where a device is'],
  ['leave HOST', 'go back out of maintenance'],
];

/**
 * What `levitate` alone prints: ten lines, or more where there is no room for two columns.
 * @param program the words that it was called by
 */
export function firstPage(program: string, columns: number): string {
  const rows = steps.map(([command, does]) => [`${program} ${command}`, does] as const);
  const width = Math.max(...rows.map(([command]) => command.length)) + 4;
  const fits = rows.every(([, does]) => width + does.length <= columns);
  return `${rows
    .map(([command, does]) => (fits ? command.padEnd(width) : `${command}\n    `) + does)
    .join('\n')}

HOST is what you write after ssh: pi@raspberrypi.local, or an alias.
The login is root or has sudo, and opens with a key or a password.
${program} --help lists all commands; ${program} help first-device teaches.`;
}
