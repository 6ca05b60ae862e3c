/** A whole number of seconds for people, in the largest unit that tells it exactly: `90 s`, `3 min`, `1 h`. */
export function durationInWords(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} min`;
  return `${seconds} s`;
}
