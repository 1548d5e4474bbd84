import { styleText } from 'node:util';

/** What a command may do to the outside; handed in, so that commands can be run in tests. */
export interface Terminal {
  /** Results, for people or for a pipe. */
  out(text: string): void;
  /** Problems, progress and hints. */
  error(text: string): void;
  /** Whether `out` goes to a screen that shows colours. */
  readonly colour: boolean;
  /** Whether a person watches `error`: only then is progress told. */
  readonly watched: boolean;
}

/** The process's own terminal. Colour only on a screen, and never when `NO_COLOR` is set. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    colour: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
    watched: process.stderr.isTTY,
  };
}

/** Words that colours stand for. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'quiet';

const formats = { good: 'green', bad: 'red', doubtful: 'yellow', quiet: 'dim' } as const;

/** Text in a tone, where the terminal shows colours. */
export function paint(terminal: Terminal, tone: Tone, text: string): string {
  return terminal.colour ? styleText(formats[tone], text, { validateStream: false }) : text;
}
