import type { Trunk, TrunkState } from '../../snapshot/reading.ts';
import { asRecord, type JsonRecord, optional, textOf } from '../kit/fields.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { StateTable } from '../kit/state-table.ts';

type Meaning = readonly [state: TrunkState, word: string];

/**
 * Trunk status codes ("Query Trunk List" in the P-Series developer guides, table "Trunk status"). 45 is sent by newer
 * firmware only. `reachable` stands for "idle" and "busy" and becomes `registered` if the trunk registers.
 */
export const trunkStates = new StateTable<Meaning>({
  '0': ['unknown', 'unknown'],
  '1': ['reachable', 'idle'],
  '2': ['reachable', 'busy'],
  '3': ['unmonitored', 'idle, unmonitored'],
  '4': ['registering', 'registering'],
  '5': ['registering', 'registering'],
  '11': ['failed', 'FXO failure'],
  '12': ['failed', 'no line plugged in'],
  '21': ['failed', 'wrong protocol settings'],
  '22': ['failed', 'interface failure'],
  '23': ['failed', 'nothing plugged in'],
  '31': ['failed', 'module failure'],
  '32': ['failed', 'module powered off'],
  '33': ['failed', 'no SIM card'],
  '34': ['failed', 'no signal'],
  '35': ['failed', 'PIN error'],
  '36': ['failed', 'network registration failed'],
  '41': ['failed', 'registration failed'],
  '42': ['unreachable', 'unreachable'],
  '43': ['unregistered', 'unavailable'],
  '44': ['disabled', 'disabled'],
  '45': ['rejected', 'authentication failed'],
});

/** Types with a registration: the PBX registers with the provider, or the other side with the PBX. */
const registeringTypes: readonly string[] = ['register', 'account'];

/**
 * Trunks from the rows of `trunk/list`. Rows without an id are counted as malformed; unknown codes are counted, logged
 * and kept.
 */
export function readTrunks(rows: readonly unknown[], skipped: SkipCounter): readonly Trunk[] {
  return rows.flatMap((row) => {
    const trunk = readTrunk(asRecord(row) ?? {}, skipped);
    if (trunk === undefined) skipped.add('malformed');
    return trunk ?? [];
  });
}

function readTrunk(row: JsonRecord, skipped: SkipCounter): Trunk | undefined {
  const id = textOf(row['id']);
  if (id === '') return undefined;
  const code = textOf(row['status']);
  const known = trunkStates.read(code, skipped.of(id));
  const kind = textOf(row['type']).toLowerCase();
  const registers = registeringTypes.includes(kind);
  const state = trunkState(known?.[0] ?? 'unknown', registers);
  return {
    id,
    state,
    ...optional('name', textOf(row['name'])),
    ...optional('kind', kind),
    ...optional('host', kind === 'account' ? '' : hostOf(textOf(row['host_port']))),
    rawState: known === undefined ? code : `${known[1]} (${code})`,
    ...(registers && state !== 'unknown' && state !== 'disabled' && state !== 'unreachable'
      ? { registered: state === 'registered' }
      : {}),
  };
}

function trunkState(state: TrunkState, registers: boolean): TrunkState {
  return registers && (state === 'reachable' || state === 'unmonitored') ? 'registered' : state;
}

/** Host of `sip.example.org:5060` or `[2001:db8::1]:5060`, without the port. */
function hostOf(hostPort: string): string {
  return hostPort.replace(/^(\[[^\]]*\]|[^:]*):\d*$/, '$1');
}
