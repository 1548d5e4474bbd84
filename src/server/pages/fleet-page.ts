import { type Markup, markup, nothing } from '../html.ts';
import { fleetDevices } from './devices.ts';
import { fleetColumns, fleetSorts } from './fleet-columns.ts';
import { fleetFilters } from './fleet-filters.ts';
import { groupingChoice, grouped, ungrouped } from './fleet-groups.ts';
import { fleetTiles, type Member } from './fleet-summary.ts';
import { countOf, formatCount } from './format.ts';
import { healthOf } from './health.ts';
import { renderPage } from './layout.ts';
import { knownParameters, linkTo, type ListQuery, readListQuery, searchFor } from './list-query.ts';
import { reloadHelp, withCode } from './parts.ts';
import { renderTable } from './table.ts';
import { shownParts, type StatusTarget, suspensionLeft, type View } from './view.ts';

/** Values of the state filter of the list of PBXs. */
const fleetStates = ['problems', 'down', 'trouble', 'suspended', 'up', 'waiting'] as const;

const parameterNames = ['q', 'state', 'family', 'label', 'fold', 'sort', 'order', 'page', 'refresh'];
const anchor = 'pbxs';

/** Renders the page of all PBXs: the numbers, then the list of PBXs, those with problems first. */
export function fleetPage(targets: readonly StatusTarget[], asked: URLSearchParams, view: View): string {
  const parameters = knownParameters(asked, parameterNames);
  const members = targets.map((target): Member => ({ target, health: healthOf(target, view) }));
  const content = members.length === 0 ? emptyFleet(view) : fleet(members, parameters, view);
  return renderPage({ title: titleOf(members), tone: toneOf(members), content, view, parameters });
}

function fleet(members: readonly Member[], parameters: URLSearchParams, view: View): Markup {
  const query = readListQuery(parameters, { states: fleetStates, sorts: fleetSorts });
  const chosen = choose(members, parameters, query, view);
  const plain = knownParameters(parameters, ['refresh']);
  // In any other order, each PBX needs its own position.
  const mayGroup = query.sort === 'state' && parameters.get('fold') !== 'no';
  return markup`<h1>${headline(members)}</h1>
${fleetTiles({ members, view, linkTo: (state) => linkTo(plain, { state }, anchor) })}
<section aria-labelledby="${anchor}"><h2 id="${anchor}">PBXs${count(chosen.length, members.length)}</h2>
${fleetFilters({ members, parameters, query })}
${query.sort === 'state' && groupingChoice(chosen, parameters)}
${
  chosen.length === 0
    ? markup`<p class="none">No PBXs match. <a href="${linkTo(plain, {}, anchor)}">Show all ${formatCount(members.length)}</a></p>`
    : renderTable({
        anchor,
        caption: 'PBXs',
        columns: fleetColumns(members, view, parameters),
        rows: mayGroup ? grouped(chosen) : ungrouped(chosen),
        name: ({ members: [{ target }] }) => target.identity.name,
        query,
        parameters,
        rowClass: ({ members: [{ target }] }) => (target.record.up ? 'new' : 'old'),
      })
}</section>
${fleetDevices(chosen, view)}`;
}

function choose(
  members: readonly Member[],
  parameters: URLSearchParams,
  { search, state }: ListQuery,
  view: View,
): readonly Member[] {
  const [family, label] = [parameters.get('family'), parameters.get('label')];
  const matches = searchFor(search);
  return members.filter(
    (member) =>
      isIn(state, member, view) &&
      (family === null || member.target.identity.family === family) &&
      (label === null || labelTexts(member).includes(label)) &&
      matches(searchTexts(member, view)),
  );
}

function isIn(state: string | undefined, { target, health }: Member, view: View): boolean {
  if (state === undefined) return true;
  if (state === 'suspended') return suspensionLeft(target, view) > 0;
  if (state === 'up') return target.record.up;
  if (state === 'problems') return health.level === 'down' || health.level === 'trouble';
  return health.level === state;
}

function labelTexts({ target }: Member): readonly string[] {
  return Object.entries(target.identity.labels).map(([name, value]) => `${name}=${value}`);
}

function searchTexts(member: Member, view: View): readonly (string | undefined)[] {
  const { identity, record } = member.target;
  const system = shownParts(member.target, view).system?.value;
  const { reason, detail } = record.lastRound ?? {};
  const why = record.up ? [] : [reason, detail];
  return [
    identity.name,
    identity.family,
    ...labelTexts(member),
    system?.version,
    system?.model,
    ...why,
    ...member.health.problems.map(({ text }) => text),
  ];
}

function headline(members: readonly Member[]): string {
  const down = members.filter(({ health }) => health.level === 'down').length;
  const trouble = members.filter(({ health }) => health.level === 'trouble').length;
  const waiting = members.filter(({ health }) => health.level === 'waiting').length;
  if (down > 0) return `${countOf(down, 'PBX is', 'PBXs are')} down`;
  if (trouble > 0) return `${countOf(trouble, 'PBX has', 'PBXs have')} problems`;
  if (waiting === members.length) return 'Starting: no PBX has been polled yet';
  if (waiting > 0) return `Starting: ${countOf(waiting, 'PBX', 'PBXs')} not tried yet`;
  return members.length === 1 ? 'The PBX has no problems' : `None of ${formatCount(members.length)} PBXs has problems`;
}

function titleOf(members: readonly Member[]): string {
  return members.length === 0 ? 'pbx-exporter' : `${headline(members)} · pbx-exporter`;
}

function toneOf(members: readonly Member[]): 'good' | 'warn' | 'bad' | 'wait' {
  const levels = new Set(members.map(({ health }) => health.level));
  if (levels.has('down')) return 'bad';
  if (levels.has('trouble')) return 'warn';
  return levels.has('good') ? 'good' : 'wait';
}

function count(chosen: number, all: number): Markup {
  if (chosen === all) return all === 1 ? nothing : markup` <small>${formatCount(all)}</small>`;
  return markup` <small>${formatCount(chosen)} of ${formatCount(all)}</small>`;
}

function emptyFleet(view: View): Markup {
  const help = 'Add one under `targets:` in `exporter.yml`, then reload the exporter.';
  return markup`<h1>No PBX is configured</h1>
<div class="none"><p>${withCode(help)}</p>${reloadHelp([help], view)}</div>`;
}
