import type { Peer } from '../../snapshot/reading.ts';
import { asRecord, type JsonRecord, optional, textOf } from '../kit/fields.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { StateTable } from '../kit/state-table.ts';
import { requiredList } from './answers.ts';

/**
 * Status words of extensions ("Query Extension List" in the developer guides). The PBX reports a registered phone as
 * reachable; `Ringing`, `Busy` and `Hold` replace `Registered` while the phone is in use.
 */
export const extensionStates = new StateTable<Pick<Peer, 'state' | 'inCall'>>({
  registered: { state: 'reachable', inCall: false },
  idle: { state: 'reachable', inCall: false },
  ringing: { state: 'reachable', inCall: true },
  busy: { state: 'reachable', inCall: true },
  hold: { state: 'reachable', inCall: true },
  unavailable: { state: 'unregistered', inCall: false },
  unregistered: { state: 'unregistered', inCall: false },
  // An analogue phone does not register: its socket is broken, or none is assigned.
  malfunction: { state: 'unreachable', inCall: false },
  fxsnoport: { state: 'unreachable', inCall: false },
});

/**
 * All extensions of a list answer, v1.x (`extnumber`) and v2.0.0 (`number`) alike. Rows without a number are counted
 * as malformed; unknown words are counted, logged and kept as `unknown`. Throws a `Failure` if there is no list: every PBX
 * has extensions, so a blank value in its place (`null`, an empty string or object) indicates a fault.
 */
export function readExtensions(answer: JsonRecord, skipped: SkipCounter): readonly Peer[] {
  return requiredList(answer, 'extlist').flatMap((row) => {
    const peer = readExtension(asRecord(row) ?? {}, skipped);
    if (peer === undefined) skipped.add('malformed');
    return peer ?? [];
  });
}

function readExtension(row: JsonRecord, skipped: SkipCounter): Peer | undefined {
  const id = textOf(row['extnumber']) || textOf(row['number']);
  if (id === '') return undefined;
  const known = extensionStates.read(textOf(row['status']), skipped.of(id));
  return { id, ...(known ?? { state: 'unknown' }), ...optional('name', textOf(row['username'])) };
}
