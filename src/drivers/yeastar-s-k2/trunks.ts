import type { Trunk, TrunkState } from '../../snapshot/reading.ts';
import { asRecord, type JsonRecord, optional, textOf } from '../kit/fields.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { StateTable } from '../kit/state-table.ts';
import { blankableList } from './answers.ts';

/**
 * Status words of trunks of all types ("Query Trunk List" in the developer guides). Each word means the same for all
 * types; `Registered (Unmonitored)` counts as `Registered`. The words after the blank line are not in the guides, but
 * similar to words that are.
 */
export const trunkStates = new StateTable<TrunkState>(
  {
    registered: 'registered',
    registering: 'registering',
    failure: 'failed',
    disable: 'disabled',
    unknown: 'unknown',
    idle: 'reachable',
    busy: 'reachable',
    up: 'reachable',
    down: 'failed',
    fault: 'failed',
    alarm: 'failed',
    'power off': 'failed',
    'no sim': 'failed',
    'no signal': 'failed',
    'pin error': 'failed',
    unregister: 'unregistered',

    disabled: 'disabled',
    failed: 'failed',
    unregistered: 'unregistered',
    ok: 'reachable',
    reachable: 'reachable',
    unreachable: 'unreachable',
    unavailable: 'unreachable',
    abnormal: 'failed',
    malfunction: 'failed',
  },
  (word) => (/^registered\b/.test(word) ? 'registered' : word),
);

/**
 * Whether a SIP or IAX trunk in this state is registered. Absent if the state does not show it. `Failure` is
 * "registration failed" in the guides.
 */
const registration: Readonly<Partial<Record<TrunkState, boolean>>> = {
  registered: true,
  registering: false,
  failed: false,
  unregistered: false,
};

/**
 * All trunks of a list answer. In v2.0.0, a trunk has an `id`; in earlier versions, the name is the only key. Rows
 * without either are counted as malformed; unknown words are counted, logged and kept as `unknown`. Throws a `Failure` if
 * there is no list.
 */
export function readTrunks(answer: JsonRecord, skipped: SkipCounter): readonly Trunk[] {
  return blankableList(answer, 'trunklist').flatMap((row) => {
    const trunk = readTrunk(asRecord(row) ?? {}, skipped);
    if (trunk === undefined) skipped.add('malformed');
    return trunk ?? [];
  });
}

function readTrunk(row: JsonRecord, skipped: SkipCounter): Trunk | undefined {
  const name = textOf(row['trunkname']);
  const id = textOf(row['id']) || name;
  if (id === '') return undefined;
  const rawState = textOf(row['status']);
  const state = trunkStates.read(rawState, skipped.of(id)) ?? 'unknown';
  const kind = textOf(row['type']).toLowerCase();
  const registered = /^(sip|iax)/.test(kind) ? registration[state] : undefined;
  return {
    id,
    state,
    ...optional('name', id === name ? '' : name),
    ...optional('kind', kind),
    ...optional('rawState', rawState),
    ...(registered === undefined ? {} : { registered }),
  };
}
