import type { Trunk, TrunkState } from '../../snapshot/reading.ts';
import { asFields, type Fields, lookUp, optionalText, textOf } from '../yeastar/fields.ts';
import type { Notes } from '../yeastar/notes.ts';
import { blankableList } from './answers.ts';

/**
 * Status words of trunks of all types ("Query Trunk List" in the developer guides); no word means different things for
 * different types. Those after the blank line are in no guide but close to words that are.
 */
const trunkStates: Readonly<Record<string, TrunkState>> = {
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
};

/** Whether the state of a SIP or IAX trunk tells of its registration: `Failure` is "registration failed" in the guides. */
const registration: Readonly<Partial<Record<TrunkState, boolean>>> = {
  registered: true,
  registering: false,
  failed: false,
  unregistered: false,
};

/**
 * All trunks of a list answer. v2.0.0 has an `id`; before, the name is the only key. Rows without either are counted as
 * malformed, unknown words are noted and kept as `unknown`. Throws a `Failure` when there is no list.
 */
export function readTrunks(answer: Fields, notes: Notes): readonly Trunk[] {
  return blankableList(answer, 'trunklist').flatMap((row) => {
    const trunk = readTrunk(asFields(row) ?? {}, notes);
    if (trunk === undefined) notes.malformed();
    return trunk ?? [];
  });
}

function readTrunk(row: Fields, notes: Notes): Trunk | undefined {
  const name = textOf(row['trunkname']);
  const id = textOf(row['id']) || name;
  if (id === '') return undefined;
  const rawState = textOf(row['status']);
  const known = lookUp(trunkStates, stateWord(rawState));
  if (known === undefined) notes.unknownWord(rawState, id);
  const state = known ?? 'unknown';
  const kind = textOf(row['type']).toLowerCase();
  const registered = /^(sip|iax)/.test(kind) ? registration[state] : undefined;
  return {
    id,
    state,
    ...optionalText('name', id === name ? '' : name),
    ...optionalText('kind', kind),
    ...optionalText('rawState', rawState),
    ...(registered === undefined ? {} : { registered }),
  };
}

/** `Registered (Unmonitored)` counts as `Registered`; case and doubled spaces do not matter. */
function stateWord(text: string): string {
  const word = text.toLowerCase().replaceAll(/\s+/g, ' ');
  return /^registered\b/.test(word) ? 'registered' : word;
}
