import { countDevices } from '../../snapshot/device-counts.ts';
import type { CollectorValues, Peer } from '../../snapshot/reading.ts';
import type { TargetIdentity } from '../../snapshot/record.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { tile, type Member } from './fleet-summary.ts';
import { countOf, formatCount, shorten } from './format.ts';
import { foreign } from './parts.ts';
import { textCell } from './pbx-lists.ts';
import type { Column } from './table.ts';
import { shownParts, type View } from './view.ts';

/** So many user agents are named in the tile of one PBX. */
const namedInTile = 4;
/** So many rows has the table of all PBXs. */
const rowsOfFleet = 25;

/** What the devices of a peer say they are. */
export const deviceColumn: Column<Peer> = {
  key: 'device',
  title: 'Device',
  value: deviceText,
  cell: (peer) => textCell(deviceText(peer)),
};

/** User agents of a peer's devices, each once; undefined if none are told. */
export function deviceText({ devices }: Peer): string | undefined {
  return devices && [...new Set(devices.map(({ userAgent }) => userAgent))].join(', ');
}

/** How many devices of one PBX are what; nothing if the PBX does not report it. */
export function deviceTile(identity: TargetIdentity, peers: CollectorValues['peers']): Markup {
  const counts = countDevices(peers, identity.userAgents).toSorted((one, other) => other.count - one.count);
  if (counts.length === 0) return nothing;
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const left = counts.length - namedInTile;
  return tile(
    'Devices',
    markup`${formatCount(total)} <small>registered</small>`,
    markup`<ul>${counts
      .slice(0, namedInTile)
      .map(({ userAgent, count }) => markup`<li>${formatCount(count)} ${foreign(shorten(userAgent, 60))}</li>`)}</ul>${
      left > 0 && markup`<p class="quiet">And ${countOf(left, 'other user agent')}.</p>`
    }`,
  );
}

interface FleetDevice {
  readonly userAgent: string;
  readonly count: number;
  readonly pbxs: number;
}

/** Which firmware runs how often, over these PBXs; nothing if none of them reports it. */
export function fleetDevices(members: readonly Member[], view: View): Markup {
  const rows = countFleet(members, view);
  if (rows.length === 0) return nothing;
  const left = rows.length - rowsOfFleet;
  return markup`<section aria-labelledby="devices"><h2 id="devices">Devices <small>${formatCount(rows.length)}</small></h2>
<div class="scroll"><table role="table"><caption class="quiet">Registered devices by user agent</caption><thead role="rowgroup"><tr role="row">
<th role="columnheader" scope="col">User agent</th><th role="columnheader" scope="col" class="number">Devices</th><th role="columnheader" scope="col" class="number">PBXs</th></tr></thead>
<tbody role="rowgroup">${rows.slice(0, rowsOfFleet).map(fleetRow)}</tbody></table></div>
${left > 0 && markup`<p class="quiet">And ${countOf(left, 'other user agent')}.</p>`}</section>`;
}

function fleetRow({ userAgent, count, pbxs }: FleetDevice): Markup {
  return markup`<tr role="row"><th role="rowheader" scope="row">${foreign(shorten(userAgent))}</th>
<td role="cell" class="number" data-title="Devices">${formatCount(count)}</td>
<td role="cell" class="number" data-title="PBXs">${formatCount(pbxs)}</td></tr>
`;
}

/** The most frequent first, then by name. */
function countFleet(members: readonly Member[], view: View): readonly FleetDevice[] {
  const sums = new Map<string, FleetDevice>();
  for (const { target } of members) {
    const peers = shownParts(target, view).peers?.value ?? [];
    for (const { userAgent, count } of countDevices(peers, target.identity.userAgents)) {
      const sum = sums.get(userAgent) ?? { userAgent, count: 0, pbxs: 0 };
      sums.set(userAgent, { userAgent, count: sum.count + count, pbxs: sum.pbxs + 1 });
    }
  }
  return [...sums.values()].toSorted(
    (one, other) => other.count - one.count || one.userAgent.localeCompare(other.userAgent),
  );
}
