import { countDevices } from '../../snapshot/device-counts.ts';
import type { CollectorValues, Peer } from '../../snapshot/reading.ts';
import type { TargetIdentity } from '../../snapshot/record.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { type Member, tile } from './fleet-summary.ts';
import { countOf, formatCount, shorten } from './format.ts';
import { isolated } from './parts.ts';
import { textCell } from './pbx-lists.ts';
import type { Column } from './table.ts';
import { shownParts, type View } from './view.ts';

/** Maximum number of user agents in the tile of a PBX. */
const namedInTile = 4;
/** Maximum number of rows in the table for all PBXs. */
const rowsOfFleet = 25;

/** The column with the user agents of a peer. */
export const deviceColumn: Column<Peer> = {
  key: 'device',
  title: 'Device',
  value: deviceText,
  cell: (peer) => textCell(deviceText(peer)),
};

/** Returns the distinct user agents of a peer's devices; undefined if the PBX does not report devices. */
export function deviceText({ devices }: Peer): string | undefined {
  return devices && [...new Set(devices.map(({ userAgent }) => userAgent))].join(', ');
}

/** Renders the tile with the devices of a PBX by user agent; empty if the PBX reports none. */
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
      .map(({ userAgent, count }) => markup`<li>${formatCount(count)} ${isolated(shorten(userAgent, 60))}</li>`)}</ul>${
      left > 0 && markup`<p class="quiet">And ${countOf(left, 'other user agent')}.</p>`
    }`,
  );
}

interface FleetDevice {
  readonly userAgent: string;
  readonly count: number;
  readonly pbxs: number;
}

/** Renders the devices of several PBXs by user agent; empty if none of the PBXs reports any. */
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
  return markup`<tr role="row"><th role="rowheader" scope="row">${isolated(shorten(userAgent))}</th>
<td role="cell" class="number" data-title="Devices">${formatCount(count)}</td>
<td role="cell" class="number" data-title="PBXs">${formatCount(pbxs)}</td></tr>
`;
}

/** Sums the devices by user agent: most frequent first, then by name. */
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
