import type { Extension, Trunk, World } from '../kit/world.ts';
import { makeContact } from '../kit/world.ts';
import { otherDomain, tenantDomain } from './settings.ts';
import type { PortsipSwitches, TrunkType } from './settings.ts';

/** Ids have 64 bits and are consecutive, so a client that rounds them confuses users. */
const firstUserId = 904_417_235_518_029_824n;
const firstTrunkId = 878_156_644_691_742_720n;

/** Extensions and trunks of the server by tenant, with their ids. */
export interface Directory {
  /** Returns the extensions of a tenant. */
  extensions(tenant: string): readonly Extension[];
  /** Returns the trunks of a tenant: its own and shared ones. */
  trunks(tenant: string): readonly Trunk[];
  userId(extension: Extension): string;
  trunkId(trunk: Trunk): string;
  trunkType(trunk: Trunk): Required<TrunkType>;
}

/** SIP domains of the tenants by id. */
export const tenants: ReadonlyMap<string, string> = new Map([
  ['651700224412909568', tenantDomain],
  ['651700224412909569', otherDomain],
]);

/** Makes the directory of a world, which belongs to the first tenant; the second tenant has one extension of its own. */
export function createDirectory(world: World, switches: PortsipSwitches): Directory {
  const ids = new Map<string, string>();
  const other: Extension = {
    number: '2001',
    name: 'Neighbour',
    state: 'reachable',
    call: 'idle',
    contacts: [makeContact('2001')],
  };
  const trunkType = (trunk: Trunk): Required<TrunkType> => ({
    registration: true,
    keepAlive: true,
    shared: false,
    ...(switches.trunkTypes.get(trunk.id) ?? { authMode: usualMode(trunk) }),
  });
  return {
    trunkType,
    extensions: (tenant) => (tenant === tenantDomain ? world.extensions : [other]),
    trunks: (tenant) =>
      tenant === tenantDomain ? world.trunks : world.trunks.filter((trunk) => trunkType(trunk).shared),
    userId({ number }) {
      const id = ids.get(number) ?? String(firstUserId + BigInt(ids.size));
      ids.set(number, id);
      return id;
    },
    trunkId: ({ id }) => String(firstTrunkId + BigInt(id)),
  };
}

/** Reports whether a trunk is usable. */
export function isTrunkUp({ state }: Trunk): boolean {
  return state === 'registered' || state === 'reachable' || state === 'unmonitored';
}

function usualMode({ kind }: Trunk): TrunkType['authMode'] {
  if (kind === 'address') return 'IP_AUTH';
  return kind === 'line' ? 'ACCEPT_REGISTER' : 'REGISTER_AUTH';
}
