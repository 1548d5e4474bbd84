import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { readJson, requiredRecord, statusFailure } from '../kit/answers.ts';
import { errnoFailure } from './errors.ts';
import { asRecord, asList, type JsonRecord, textOf } from '../kit/fields.ts';

/**
 * The content of an answer of the S-Series or K2. The HTTP status is 200 for success and for failure; the body contains the
 * result ("Response Results" in the developer guides). Only the word for success is checked, because the word for failure
 * differs between pages. `refuse` turns an error number into a failure. Throws a `Failure`.
 */
export function readResponse(answer: ApiAnswer, refuse: (errno: string) => Failure = errnoFailure): JsonRecord {
  if (answer.status === 404)
    throw new Failure('config', 'there is no API at this address: check url and options.api_version', {
      status: 404,
      login: 'path_missing',
    });
  const failure = statusFailure(answer);
  if (failure !== undefined) throw failure;
  const fields = requiredRecord(readJson(answer), 'the answer');
  const status = textOf(fields['status']).toLowerCase();
  if (status === 'success') return fields;
  if (status === '' && fields['errno'] === undefined)
    throw new Failure('protocol', 'the answer contains neither success nor failure: check the base URL');
  throw refuse(textOf(fields['errno']));
}

/** A list that must be present: if it is missing, its rows are unknown. Throws a `Failure`. */
export function requiredList(fields: JsonRecord, name: string): readonly unknown[] {
  const list = asList(fields[name]);
  if (list === undefined) throw new Failure('protocol', `the answer has no list "${name}"`);
  return list;
}

/**
 * A list that may be empty: its key must be present, but any blank value (`[]`, `null`, `""`, `{}`) is an empty list.
 * Throws a `Failure`.
 */
export function blankableList(fields: JsonRecord, name: string): readonly unknown[] {
  const value = fields[name];
  return value === null || value === '' || isEmptyObject(value) ? [] : requiredList(fields, name);
}

/** A list that some firmware omits when it is empty. Throws a `Failure` for anything that is not a list. */
export function optionalList(fields: JsonRecord, name: string): readonly unknown[] {
  return fields[name] === undefined ? [] : blankableList(fields, name);
}

function isEmptyObject(value: unknown): boolean {
  const fields = asRecord(value);
  return fields !== undefined && Object.keys(fields).length === 0;
}
