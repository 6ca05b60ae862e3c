/** Commands for a person to give next: each stands on a line of its own, so that it can be pasted as it is. */
export const commandLines = (...commands: [purpose: string, command: string][]): string[] =>
  commands.flatMap(([purpose, command]) => [`${purpose}:`, `  ${command}`]);
