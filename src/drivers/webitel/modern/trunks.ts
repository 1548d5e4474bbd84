import type { Trunk } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { countOf, flagOf, isRecord, type JsonRecord, optional, textOf } from '../../kit/fields.ts';
import { StateTable } from '../../kit/state-table.ts';
import { sipHost } from '../shared/answers.ts';

/** Columns of `GET /sip/gateways`. */
export const gatewayFields = ['id', 'name', 'proxy', 'register', 'enable', 'r_state'] as const;

/** Values of `r_state`: the states of OpenSIPS' uac_registrant module by number, and their meaning. The answer omits 0. */
export const registrationStates = new StateTable<Pick<Trunk, 'state' | 'rawState' | 'registered'>>({
  0: { rawState: 'NOT_REGISTERED', state: 'unregistered', registered: false },
  1: { rawState: 'REGISTERING', state: 'registering', registered: false },
  2: { rawState: 'AUTHENTICATING', state: 'registering', registered: false },
  3: { rawState: 'REGISTERED', state: 'registered', registered: true },
  4: { rawState: 'REGISTER_TIMEOUT', state: 'failed', registered: false },
  5: { rawState: 'INTERNAL_ERROR', state: 'failed', registered: false },
  6: { rawState: 'WRONG_CREDENTIALS', state: 'rejected', registered: false },
  7: { rawState: 'REGISTRAR_ERROR', state: 'failed', registered: false },
  8: { rawState: 'UNREGISTERING', state: 'unregistered', registered: false },
  9: { rawState: 'AUTHENTICATING_UNREGISTER', state: 'unregistered', registered: false },
});

/**
 * Returns SIP gateways as trunks, by the rule of Webitel's own call routing. An enabled gateway that registers is usable
 * while it is registered; one that does not register is always usable. Some releases send a registration state without
 * `register`; OpenSIPS has such a state only for gateways that register.
 */
export function trunksFromGateways(rows: readonly unknown[], skipped: SkipCounter): readonly Trunk[] {
  return rows.flatMap((row) => {
    const trunk = isRecord(row) ? trunkFromGateway(row, skipped) : undefined;
    if (trunk === undefined) skipped.add('malformed');
    return trunk ?? [];
  });
}

function trunkFromGateway(gateway: JsonRecord, skipped: SkipCounter): Trunk | undefined {
  const id = textOf(gateway['id']);
  const [enable, register] = [flagOf(gateway['enable']), flagOf(gateway['register'])];
  if (id === '') return undefined;
  const host = sipHost(textOf(gateway['proxy']));
  const facts = { id, ...optional('name', textOf(gateway['name'])), ...optional('host', host) };
  if (enable === undefined || register === undefined) {
    skipped.of(id).unknownState(JSON.stringify({ enable: gateway['enable'], register: gateway['register'] }));
    return { ...facts, state: 'unknown' };
  }
  const registers = register || (countOf(gateway['r_state']) ?? 0) > 0;
  const kind = registers ? 'register' : 'trunk';
  if (!enable) return { ...facts, kind, state: 'disabled' };
  return { ...facts, kind, ...(registers ? registration(gateway, skipped.of(id)) : { state: 'unmonitored' }) };
}

function registration(gateway: JsonRecord, skipped: SkipCounter): Pick<Trunk, 'state' | 'rawState' | 'registered'> {
  const number = countOf(gateway['r_state'] ?? 0)?.toString();
  const known = registrationStates.read(number ?? JSON.stringify(gateway['r_state']), skipped);
  return known ?? { state: 'unknown', ...optional('rawState', number) };
}
