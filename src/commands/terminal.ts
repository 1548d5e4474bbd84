import { styleText } from 'node:util';

/** The output of a command. It is passed in, so that commands can run in tests. */
export interface Terminal {
  /** Writes results, for people or for a pipe. */
  out(text: string): void;
  /** Writes problems, progress and hints. */
  error(text: string): void;
  /** Whether `out` is a terminal that supports colours. */
  readonly colour: boolean;
  /** Whether `error` is a terminal; progress is shown only then. */
  readonly watched: boolean;
}

/** Returns the terminal of the process. It uses colour only on a terminal, and never if `NO_COLOR` is set. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    colour: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
    watched: process.stderr.isTTY,
  };
}

/** Meaning of a colour. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'quiet';

const formats = { good: 'green', bad: 'red', doubtful: 'yellow', quiet: 'dim' } as const;

/** Returns the text in a colour if the terminal supports it. */
export function paint(terminal: Terminal, tone: Tone, text: string): string {
  return terminal.colour ? styleText(formats[tone], text, { validateStream: false }) : text;
}
