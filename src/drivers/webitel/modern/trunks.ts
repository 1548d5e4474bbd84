import type { Trunk, TrunkState } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { countField, flagField, idField, isObject, type JsonObject, textField } from '../json.ts';
import { sipHost } from '../names.ts';

/** Columns of `GET /sip/gateways`. */
export const gatewayFields = ['id', 'name', 'proxy', 'register', 'enable', 'r_state'] as const;

/** `r_state`: states of OpenSIPS' uac_registrant module by number, and what they mean. 0 is left out on the wire. */
const registrationStates: readonly { readonly word: string; readonly state: TrunkState }[] = [
  { word: 'NOT_REGISTERED', state: 'unregistered' },
  { word: 'REGISTERING', state: 'registering' },
  { word: 'AUTHENTICATING', state: 'registering' },
  { word: 'REGISTERED', state: 'registered' },
  { word: 'REGISTER_TIMEOUT', state: 'failed' },
  { word: 'INTERNAL_ERROR', state: 'failed' },
  { word: 'WRONG_CREDENTIALS', state: 'rejected' },
  { word: 'REGISTRAR_ERROR', state: 'failed' },
  { word: 'UNREGISTERING', state: 'unregistered' },
  { word: 'AUTHENTICATING_UNREGISTER', state: 'unregistered' },
];

/**
 * SIP gateways as trunks, by the rule of Webitel's own call routing: one that registers and is switched on is usable
 * when it is registered; one that does not register is usable when it is switched on. Some releases send a state of the
 * registration without `register`: OpenSIPS has one only for gateways that do register.
 */
export function trunksFromGateways(rows: readonly unknown[], skipped: SkipCounter): readonly Trunk[] {
  return rows.flatMap((row) => {
    const trunk = isObject(row) ? trunkFromGateway(row, skipped) : undefined;
    if (trunk === undefined) skipped.add('malformed');
    return trunk ?? [];
  });
}

function trunkFromGateway(gateway: JsonObject, skipped: SkipCounter): Trunk | undefined {
  const id = idField(gateway, 'id');
  const [enable, register] = [flagField(gateway, 'enable'), flagField(gateway, 'register')];
  if (id === undefined) return undefined;
  const name = textField(gateway, 'name')?.trim() ?? '';
  const host = sipHost(textField(gateway, 'proxy') ?? '');
  const facts = { id, ...(name === '' ? {} : { name }), ...(host === undefined ? {} : { host }) };
  if (enable === undefined || register === undefined) {
    skipped.of(id).add('unknown_state');
    return { ...facts, state: 'unknown' };
  }
  const registers = register || (countField(gateway, 'r_state') ?? 0) > 0;
  const kind = registers ? 'register' : 'trunk';
  if (!enable) return { ...facts, kind, state: 'disabled' };
  return { ...facts, kind, ...(registers ? registration(gateway, skipped.of(id)) : { state: 'unmonitored' }) };
}

function registration(gateway: JsonObject, skipped: SkipCounter): Pick<Trunk, 'state' | 'rawState' | 'registered'> {
  const number = (gateway['r_state'] ?? 0) === 0 ? 0 : countField(gateway, 'r_state');
  const known = number === undefined ? undefined : registrationStates[number];
  if (known !== undefined)
    return { state: known.state, rawState: known.word, registered: known.state === 'registered' };
  skipped.add('unknown_state');
  return { state: 'unknown', ...(number === undefined ? {} : { rawState: String(number) }) };
}
