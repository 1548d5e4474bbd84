import type { Extension, Trunk } from '../kit/world.ts';
import type { PSeriesSwitches } from './switches.ts';

/** Returns a row of `extension/list`, which shows only whether an extension is registered, not whether it is disabled. */
export function extensionRow(extension: Extension, index: number, switches: PSeriesSwitches): object {
  const { number, name } = extension;
  const online = switches.onlineStatus.has(number) ? switches.onlineStatus.get(number) : onlineStatus(extension);
  return {
    id: index + 11,
    number,
    caller_id_name: name,
    ...(online === undefined ? {} : { online_status: online }),
    presence_status: 'available',
    custom_presence_status: '',
    role_name: '',
    email_addr: '',
    mobile_number: '',
  };
}

/** Returns `online_status`; its `status_list` has the SIP phones and is absent if none is registered. */
function onlineStatus({ state, contacts }: Extension): object {
  const registered = state === 'reachable' ? contacts : [];
  const list = registered.map(({ address, port }) => ({ status: 1, ip: `${address}:${port}` }));
  return {
    sip_phone: { ext_dev_type: 'sip', ...(list.length === 0 ? {} : { status_list: list }) },
    linkus_desktop: { status: 0, ext_dev_type: 'linkusdesktop' },
    linkus_mobile: { status: 0, ext_dev_type: 'linkusmobile' },
    linkus_web: { status: 0, ext_dev_type: 'linkusweb' },
  };
}

const codes: Readonly<Record<Trunk['state'], number>> = {
  registered: 1,
  reachable: 1,
  registering: 4,
  unregistered: 41,
  rejected: 45,
  failed: 41,
  unreachable: 42,
  unmonitored: 3,
  disabled: 44,
  unknown: 0,
};

const types = { register: 'register', address: 'peer', line: 'FXO' } as const;

/** Returns a row of `trunk/list`. */
export function trunkRow(trunk: Trunk, _index: number, switches: PSeriesSwitches): object {
  const type = switches.trunkTypes.get(trunk.name) ?? types[trunk.kind];
  return {
    id: trunk.id,
    status: switches.trunkCodes.get(trunk.name) ?? trunkCode(trunk),
    name: trunk.name,
    type,
    ...(trunk.kind === 'line' ? {} : { host_port: `${trunk.host}:5060` }),
    ...(type === 'register' || type === 'account' ? { username: trunk.username } : {}),
    def_outbound_cid: '',
  };
}

function trunkCode({ kind, state }: Trunk): number {
  const isUp = codes[state] === 1 || codes[state] === 3;
  return kind === 'line' && !isUp ? 12 : codes[state];
}
