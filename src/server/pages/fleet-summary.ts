import type { CollectorValues } from '../../snapshot/reading.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { countOf, formatCount, formatTimeLeft } from './format.ts';
import type { Health } from './health.ts';
import { badge, bar, icon, type Share, type Tone } from './parts.ts';
import { countTrunks, isInService, isOutOfService, peerShares } from './states.ts';
import { shownParts, type StatusTarget, suspensionLeft, type View } from './view.ts';

/** A target and its health, for the page of all PBXs. */
export interface Member {
  readonly target: StatusTarget;
  readonly health: Health;
}

/** Inputs of the tiles. */
export interface FleetNumbers {
  readonly members: readonly Member[];
  readonly view: View;
  /** Returns the address of the list of PBXs in one state. */
  readonly linkTo: (state: string) => string;
}

/** Renders the tiles with numbers for all PBXs. */
export function fleetTiles(numbers: FleetNumbers): Markup {
  return markup`<section class="tiles" aria-labelledby="numbers"><h2 id="numbers" class="unseen">All PBXs in numbers</h2>
${pbxTile(numbers)}${peerTile(numbers)}${trunkTile(numbers)}${loginTile(numbers)}${callTile(numbers)}</section>`;
}

/** Renders a tile: a large number with its name and details. */
export function tile(name: string, large: Markup, more: Markup): Markup {
  return markup`<div class="card tile"><h3>${name}</h3><p class="large">${large}</p>${more}</div>
`;
}

/** Renders shares as a list of words with numbers; shares of 0 are omitted. */
export function shareList(shares: readonly Share[]): Markup {
  const shown = shares.filter(({ count }) => count > 0);
  if (shown.length === 0) return nothing;
  return markup`<ul>${shown.map(({ word, tone, count }) => markup`<li>${badge(tone, `${formatCount(count)} ${word}`)}</li>`)}</ul>`;
}

function pbxTile({ members, linkTo }: FleetNumbers): Markup {
  const count = (level: string): number => members.filter(({ health }) => health.level === level).length;
  const [good, trouble, down, waiting] = [count('good'), count('trouble'), count('down'), count('waiting')];
  const item = (tone: Tone, state: string, text: string, number: number): Markup =>
    number === 0
      ? nothing
      : markup`<li class="${tone}"><a href="${linkTo(state)}">${badge(tone, `${formatCount(number)} ${text}`)}</a></li>`;
  const shares: readonly Share[] = [
    { word: 'good', tone: 'good', count: good },
    { word: 'trouble', tone: 'warn', count: trouble },
    { word: 'down', tone: 'bad', count: down },
    { word: 'waiting', tone: 'off', count: waiting },
  ];
  return tile(
    'PBXs',
    markup`${formatCount(good + trouble)} <small>of ${formatCount(members.length)} up</small>`,
    markup`${bar(shares)}<ul>${item('bad', 'down', 'down', down)}${item('warn', 'trouble', 'with problems', trouble)}${item('wait', 'waiting', 'not tried yet', waiting)}</ul>`,
  );
}

function peerTile(numbers: FleetNumbers): Markup {
  const lists = shown(numbers, 'peers');
  if (lists.length === 0) return notRead('Peers');
  const shares = peerShares(lists);
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  return tile(
    'Peers',
    markup`${formatCount(shares[0]?.count ?? 0)} <small>of ${formatCount(total)} reachable</small>`,
    markup`${bar(shares)}${shareList(shares.slice(1))}${readFrom(lists.length, numbers)}`,
  );
}

function trunkTile(numbers: FleetNumbers): Markup {
  const lists = shown(numbers, 'trunks');
  if (lists.length === 0) return notRead('Trunks');
  const trunks = lists.flat();
  const [up, out] = [trunks.filter(isInService).length, trunks.filter(isOutOfService).length];
  const { disabled, unknown } = countTrunks(trunks);
  const shares: readonly Share[] = [
    { word: 'in service', tone: 'good', count: up },
    { word: 'not in service', tone: 'bad', count: out },
    { word: 'disabled', tone: 'off', count: disabled },
    { word: 'unknown', tone: 'unknown', count: unknown },
  ];
  return tile(
    'Trunks',
    markup`${formatCount(up)} <small>of ${formatCount(trunks.length)} in service</small>`,
    markup`${bar(shares)}${shareList(shares.slice(1))}${readFrom(lists.length, numbers)}`,
  );
}

function loginTile({ members, view, linkTo }: FleetNumbers): Markup {
  const left = members.map(({ target }) => suspensionLeft(target, view)).filter((time) => time > 0);
  if (left.length === 0)
    return tile('Logins', markup`0 <small>suspended</small>`, markup`<p class="quiet">No logins are suspended.</p>`);
  return tile(
    'Logins',
    markup`<a class="warn" href="${linkTo('suspended')}">${icon('warn')}${formatCount(left.length)}</a> <small>suspended</small>`,
    markup`<p>${left.length === 1 ? 'Ends' : 'The first ends'} in ${formatTimeLeft(Math.min(...left))}.</p>`,
  );
}

function callTile(numbers: FleetNumbers): Markup {
  const lists = shown(numbers, 'calls');
  if (lists.length === 0) return nothing;
  const calls = lists.map(({ all, inbound = 0, outbound = 0, internal = 0 }) => all ?? inbound + outbound + internal);
  const total = calls.reduce((sum, one) => sum + one, 0);
  return tile('Calls', markup`${formatCount(total)} <small>active</small>`, readFrom(lists.length, numbers));
}

function shown<Name extends 'peers' | 'trunks' | 'calls'>(
  { members, view }: FleetNumbers,
  name: Name,
): readonly CollectorValues[Name][] {
  const values = members.map(({ target }) => shownParts(target, view)[name]?.value);
  return values.filter((value) => value !== undefined);
}

function notRead(name: string): Markup {
  return tile(name, markup`<small>not read</small>`, nothing);
}

/** A note that a sum covers only some PBXs; empty if it covers all. */
function readFrom(lists: number, { members }: FleetNumbers): Markup {
  if (lists === members.length) return nothing;
  return markup`<p class="quiet">Read from ${formatCount(lists)} of ${countOf(members.length, 'PBX', 'PBXs')}.</p>`;
}
