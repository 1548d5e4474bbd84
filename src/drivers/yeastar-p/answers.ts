import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { readJson, requiredRecord, statusFailure } from '../kit/answers.ts';
import { asList, type JsonRecord, textOf } from '../kit/fields.ts';
import { dataNotFound, errcodeFailure } from './errors.ts';

/** Creates the failure for an error code and its answer. */
export type ErrcodeToFailure = (errcode: string, fields: JsonRecord) => Failure;

/**
 * The content of an answer of the P-Series: `errcode` 0 is success ("Response Result" in the developer guides).
 * `toFailure` creates the failure for any other code. Throws a `Failure`.
 */
export function readResponse(answer: ApiAnswer, toFailure: ErrcodeToFailure = errcodeFailure): JsonRecord {
  const { errcode, fields } = readOutcome(answer);
  if (errcode !== '0') throw toFailure(errcode, fields);
  return fields;
}

/** The error code and all fields of an answer, for requests in which some codes are not errors. Throws a `Failure`. */
export function readOutcome(answer: ApiAnswer): { readonly errcode: string; readonly fields: JsonRecord } {
  const fields = readFields(answer);
  return { errcode: errcodeOf(fields), fields };
}

/** Like {@link readResponse}, but undefined for `DATA NOT FOUND`, which some requests return if there is nothing to list. */
export function readResponseIfAny(answer: ApiAnswer): JsonRecord | undefined {
  return readOutcome(answer).errcode === dataNotFound ? undefined : readResponse(answer);
}

/** The rows under `data`; none if the PBX omits the list. Throws a `Failure` for anything that is not a list. */
export function optionalData(fields: JsonRecord | undefined): readonly unknown[] {
  const data = fields?.['data'];
  const list = asList(data ?? []);
  if (list === undefined) throw new Failure('protocol', 'the answer does not contain a list under "data"');
  return list;
}

function readFields(answer: ApiAnswer): JsonRecord {
  if (answer.status === 404)
    throw new Failure('config', 'there is no API at this address: check url and the firmware version', {
      status: 404,
      login: 'path_missing',
    });
  const failure = statusFailure(answer);
  if (failure !== undefined) throw failure;
  const fields = requiredRecord(readJson(answer), 'the answer');
  return fields;
}

function errcodeOf(fields: JsonRecord): string {
  const errcode = textOf(fields['errcode']);
  if (/^-?\d{1,9}$/.test(errcode)) return errcode;
  throw new Failure('protocol', 'the answer has no errcode: check the base URL');
}
