import type { Extension, Trunk, World } from '../kit/world.ts';
import { makeContact } from '../kit/world.ts';
import { otherDomain, tenantDomain } from './settings.ts';
import type { PortsipSwitches, TrunkType } from './settings.ts';

/** Ids have 64 bits and follow each other, so that a client that rounds them mixes its users up. */
const firstUserId = 904_417_235_518_029_824n;
const firstTrunkId = 878_156_644_691_742_720n;

/** What the server holds, tenant by tenant, under the ids that it gave. */
export interface Directory {
  /** Extensions of a tenant. */
  extensions(tenant: string): readonly Extension[];
  /** Trunks of a tenant: its own and the shared ones. */
  trunks(tenant: string): readonly Trunk[];
  userId(extension: Extension): string;
  trunkId(trunk: Trunk): string;
  trunkType(trunk: Trunk): Required<TrunkType>;
}

/** The tenants by their ids. */
export const tenants: ReadonlyMap<string, string> = new Map([
  ['651700224412909568', tenantDomain],
  ['651700224412909569', otherDomain],
]);

/** Makes the directory of a world: the first tenant shows it, the second has one extension of its own. */
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

/** Whether a trunk works, in the words of the world. */
export function isTrunkUp({ state }: Trunk): boolean {
  return state === 'registered' || state === 'reachable' || state === 'unmonitored';
}

function usualMode({ kind }: Trunk): TrunkType['authMode'] {
  if (kind === 'address') return 'IP_AUTH';
  return kind === 'line' ? 'ACCEPT_REGISTER' : 'REGISTER_AUTH';
}
