import { StringDecoder } from 'node:string_decoder';

/** Somebody at a terminal. */
export interface Typing {
  /** What is typed, for the command's standard input. */
  input: AsyncIterable<Uint8Array>;
  /** Reads what the terminal prints. */
  take(bytes: Uint8Array): void;
  /** Whether the command runs that the questions stand before. */
  begun(): boolean;
  /** What the terminal printed behind the answer, or in place of the question. */
  said(): string;
}

/** What is said of a login that has no terminal. */
export const noTerminal = 'the SSH server gives this login no terminal';

/** A line that stays without an end for so long is a question; a message may come in pieces. */
const questionMs = 200;
/** A second question, which nobody can answer, is left after that. */
const patienceMs = 5_000;
const interrupt = '\u0003';

/**
 * Types a password when the question has come: what is typed before is thrown away (readpassphrase(3)). The terminal says
 * `MARK asks` before the question, `MARK runs` where the command has begun, and `MARK none` where it is no terminal.
 */
export function typeOn(mark: string, password?: string): Typing {
  const decoder = new StringDecoder('utf8');
  const keys: string[] = [];
  let wake = (): void => undefined;
  let [text, begun, answered] = ['', false, false];
  let timer: NodeJS.Timeout | undefined;
  const type = (what: string): void => {
    keys.push(what);
    wake();
  };
  const answer = (): void => {
    answered = true;
    text = `${mark} asks\n`;
    type(`${password}\n`);
  };
  const behind = (): string | undefined => text.split(new RegExp(`${mark} asks\\r?\\n`), 2)[1];

  return {
    input: (async function* () {
      for (;;) {
        for (const what of keys.splice(0)) yield Buffer.from(what);
        if (keys.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      }
    })(),
    take: (bytes) => {
      if (begun) return;
      clearTimeout(timer);
      text += decoder.write(Buffer.from(bytes));
      const said = behind();
      if (said === undefined) return;
      begun = said.includes(`${mark} runs`);
      const question = said.split('\n').at(-1)?.trim() ?? '';
      if (begun || question === '') return;
      const mayAnswer = password !== undefined && !answered;
      timer = setTimeout(
        mayAnswer ? answer : () => type(interrupt),
        mayAnswer ? questionMs : patienceMs,
      );
    },
    begun: () => begun,
    said: () =>
      text.includes(`${mark} none`)
        ? noTerminal
        : (behind() ?? text)
            .replaceAll('\r', '')
            .replaceAll(password ?? mark, '')
            .trim(),
  };
}
