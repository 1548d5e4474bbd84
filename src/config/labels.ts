import { z } from 'zod';
import { literal, valueFacts } from './values.ts';

const wellFormed = /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/;
const taken = ['pbx', 'family'];

/** The name of a label. Its messages do not begin with it. */
export const labelName = z
  .string()
  .refine((name) => !taken.includes(name), {
    error: ({ input }) => `the label ${String(input)} is set by the exporter: choose another name`,
    abort: true,
  })
  .refine((name) => !name.startsWith('__'), {
    error: 'label names that begin with __ are reserved by Prometheus',
    abort: true,
  })
  .regex(wellFormed, { error: 'a label name has letters, digits and _ only, and does not begin with a digit' });

/** What a label says. */
export const labelValue = literal();

/** Names and values of labels. */
export const labelMap = z
  .record(labelName, labelValue)
  .nullable()
  .register(valueFacts, {
    words: 'names and texts',
    holdsMore: true,
    json: {
      type: ['object', 'null'],
      propertyNames: { pattern: wellFormed.source, not: { enum: taken } },
      additionalProperties: { type: 'string' },
    },
  });
