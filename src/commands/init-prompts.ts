import { password, select, text } from '@clack/prompts';
import type { Prompts } from './init-answers.ts';

/** Prompts on the terminal of the process. */
export const terminalPrompts: Prompts = {
  isInteractive: true,
  choose: async (message, choices) =>
    answered(await select({ message, options: [...choices], output: process.stderr })),
  text: async (message, preset, problem) =>
    answered(
      await text({
        message,
        ...(preset === '' ? {} : { initialValue: preset }),
        validate: (value) => problem(value ?? ''),
        output: process.stderr,
      }),
    ),
  secret: async (message) =>
    answered(
      await password({
        message,
        validate: (value) => (value === undefined || value === '' ? 'A value is required.' : undefined),
        output: process.stderr,
      }),
    ),
};

function answered(answer: string | symbol): string | undefined {
  return typeof answer === 'string' ? answer : undefined;
}
