import { type LegMedia, legMedia, type RunningLegs } from '../../snapshot/call-quality.ts';
import { agentStates, callDirections, type Calls, type CollectorValues, type Queue } from '../../snapshot/reading.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { deviceTile } from './devices.ts';
import { shareList, tile } from './fleet-summary.ts';
import { formatCount, formatDuration, formatRoundtrip, shorten } from './format.ts';
import { bar, isolated } from './parts.ts';
import { agentStateNames, countPeers, isInService, peerShares, trunkShares } from './states.ts';
import { shownParts, type StatusTarget, type View } from './view.ts';

/** Renders the tiles with the numbers of one PBX; tiles without values are omitted. */
export function pbxTiles(target: StatusTarget, view: View): Markup {
  const { peers, trunks, calls, quality } = shownParts(target, view);
  const tiles = [
    trunks === undefined ? nothing : trunkTile(trunks.value),
    peers === undefined ? nothing : peerTile(peers.value),
    peers === undefined ? nothing : roundtripTile(peers.value),
    calls === undefined ? nothing : callTile(calls.value),
    quality?.value.running === undefined ? nothing : legTile(quality.value.running),
    peers === undefined ? nothing : deviceTile(target.identity, peers.value),
  ];
  return tiles.every((one) => one === nothing)
    ? nothing
    : markup`<section class="tiles" aria-labelledby="numbers"><h2 id="numbers" class="unseen">In numbers</h2>${tiles}</section>`;
}

/** Renders the call queues; empty if they are not read. */
export function queueSection(target: StatusTarget, view: View): Markup {
  const queues = shownParts(target, view).queues?.value;
  if (queues === undefined) return nothing;
  const content =
    queues.length === 0
      ? markup`<p class="none">The PBX has no queues.</p>`
      : markup`<div class="scroll"><table role="table"><caption>Queues</caption><thead role="rowgroup"><tr role="row">
<th role="columnheader" scope="col">Queue</th><th role="columnheader" scope="col" class="number">Waiting callers</th><th role="columnheader" scope="col">Agents</th></tr></thead>
<tbody role="rowgroup">${queues.map(queueRow)}</tbody></table></div>`;
  return markup`<section aria-labelledby="queues"><h2 id="queues">Queues <small>${formatCount(queues.length)}</small></h2>
${content}</section>`;
}

function queueRow({ id, waitingCallers, agents }: Queue): Markup {
  const words = agentStates
    .filter((state) => (agents?.[state] ?? 0) > 0)
    .map((state) => `${formatCount(agents?.[state] ?? 0)} ${agentStateNames[state]}`);
  const reported = agents === undefined ? 'not reported' : words.length === 0 ? 'none' : words.join(', ');
  return markup`<tr role="row"><th role="rowheader" scope="row">${isolated(shorten(id))}</th>
<td role="cell" class="number" data-title="Waiting callers">${waitingCallers === undefined ? 'not reported' : formatCount(waitingCallers)}</td>
<td role="cell" data-title="Agents">${reported}</td></tr>
`;
}

function trunkTile(trunks: CollectorValues['trunks']): Markup {
  const shares = trunkShares(trunks);
  const up = trunks.filter(isInService).length;
  const large =
    trunks.length === 0
      ? markup`<small>none</small>`
      : markup`${formatCount(up)} <small>of ${formatCount(trunks.length)} in service</small>`;
  return tile('Trunks', large, markup`${bar(shares)}${shareList(shares)}`);
}

function peerTile(peers: CollectorValues['peers']): Markup {
  const shares = peerShares([peers]);
  const large =
    peers.length === 0
      ? markup`<small>none</small>`
      : markup`${formatCount(countPeers(peers).reachable)} <small>of ${formatCount(peers.length)} reachable</small>`;
  return tile('Peers', large, markup`${bar(shares)}${shareList(shares.slice(1))}`);
}

function roundtripTile(peers: CollectorValues['peers']): Markup {
  const measured = peers
    .flatMap(({ id, roundtripMicroseconds }) =>
      roundtripMicroseconds === undefined ? [] : [{ id, roundtrip: roundtripMicroseconds }],
    )
    .sort((one, other) => one.roundtrip - other.roundtrip);
  const [middle, slowest] = [measured[Math.floor(measured.length / 2)], measured.at(-1)];
  if (middle === undefined || slowest === undefined) return nothing;
  return tile(
    'Roundtrip to peers',
    markup`${formatRoundtrip(middle.roundtrip)} <small>median</small>`,
    markup`<p>Slowest: ${formatRoundtrip(slowest.roundtrip)} (${isolated(shorten(slowest.id, 40))})</p><p class="quiet">Measured for ${formatCount(measured.length)}.</p>`,
  );
}

function callTile(calls: Calls): Markup {
  const reported = callDirections.filter((direction) => direction !== 'all' && calls[direction] !== undefined);
  const total = calls.all ?? reported.reduce((sum, direction) => sum + (calls[direction] ?? 0), 0);
  const words = reported.map((direction) => `${formatCount(calls[direction] ?? 0)} ${direction}`).join(', ');
  const { longestSeconds } = calls;
  const longest =
    longestSeconds === undefined ? nothing : markup`<p>Longest: ${formatDuration(longestSeconds * 1000)}</p>`;
  return tile('Calls', markup`${formatCount(total)} <small>active</small>`, markup`<p>${words}</p>${longest}`);
}

const mediaNames: Readonly<Record<LegMedia, string>> = {
  flowing: 'with audio',
  one_way: 'one-way',
  none: 'without audio (hold or direct media)',
  unknown: 'not known yet',
};

function legTile({ media, lossy }: RunningLegs): Markup {
  const reported = legMedia.filter((name) => media[name] > 0);
  const total = reported.reduce((sum, name) => sum + media[name], 0);
  const words = reported.map((name) => `${formatCount(media[name])} ${mediaNames[name]}`).join(', ');
  return tile(
    'Call legs',
    markup`${formatCount(total)} <small>running</small>`,
    reported.length === 0 ? nothing : markup`<p>${words}</p><p>${lossText(lossy)}</p>`,
  );
}

function lossText(lossy: RunningLegs['lossy']): string {
  if (lossy === undefined) return 'Loss not known yet';
  if (lossy['0.01'] === 0) return 'None losing more than 1 %';
  return `${formatCount(lossy['0.01'])} losing more than 1 %, ${formatCount(lossy['0.05'])} of them more than 5 %`;
}
