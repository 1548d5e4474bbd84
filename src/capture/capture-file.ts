import { z } from 'zod';
import { collectors } from '../snapshot/reading.ts';
import { failureReasons } from '../snapshot/failure-reason.ts';

const answer = z.strictObject({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  cookies: z.record(z.string(), z.string()),
  body: z.string(),
});

const exchange = z.strictObject({
  call: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  /** The query where it is no list of parameters. */
  exactQuery: z.string().optional(),
  /** Body as sent, secrets replaced: fields of a form, or the JSON value. */
  body: z.unknown().optional(),
  milliseconds: z.number(),
  answer: answer.optional(),
  failure: z.strictObject({ reason: z.enum(failureReasons), message: z.string() }).optional(),
});

const captureFile = z.strictObject({
  format: z.literal('pbx-exporter capture 1'),
  version: z.string(),
  /** Wall clock (ms since 1970) of the round: answers can hold absolute times. */
  takenAt: z.number(),
  family: z.string(),
  /** Path of the base URL; its host is not kept. */
  basePath: z.string(),
  account: z.enum(['password', 'token']),
  options: z.record(z.string(), z.unknown()),
  collect: z.array(z.enum(collectors)),
  exchanges: z.array(exchange),
});

/** One question to a PBX and what came of it, redacted. */
export type CapturedExchange = z.infer<typeof exchange>;
/** One round against a PBX, redacted: what `capture` writes and `once --replay` reads. */
export type CaptureFile = z.infer<typeof captureFile>;

/** Format mark of {@link CaptureFile}. */
export const captureFormat = 'pbx-exporter capture 1';

/** The text of a capture file. */
export function writeCapture(capture: CaptureFile): string {
  return `${JSON.stringify(capture, null, 2)}\n`;
}

/** A capture from the text of its file, or a sentence about what is wrong with it. Never throws. */
export function readCapture(text: string): CaptureFile | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const parsed = captureFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { problem: `it is not a capture of this program (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})` };
}
