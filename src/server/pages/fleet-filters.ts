import { type Markup, markup, nothing } from '../html.ts';
import type { Member } from './fleet-summary.ts';
import { shorten } from './format.ts';
import { compareTexts, knownParameters, linkTo, type ListQuery } from './list-query.ts';
import { hiddenFields } from './parts.ts';

/** Inputs of the form above the list of PBXs. */
export interface FleetFilters {
  readonly members: readonly Member[];
  readonly parameters: URLSearchParams;
  readonly query: ListQuery;
}

/** Up to this number of PBXs, no form is shown, because the list is short enough. */
const fewMembers = 3;
/** Maximum number of labels offered in the form. With more labels, users can search for them instead. */
const maximumLabels = 300;

const stateWords: readonly (readonly [string, string])[] = [
  ['', 'all'],
  ['problems', 'down or with problems'],
  ['down', 'down'],
  ['trouble', 'up with problems'],
  ['suspended', 'login suspended'],
  ['up', 'up'],
  ['waiting', 'not tried yet'],
];

/** Renders the form that filters the list of PBXs; it works without scripts. */
export function fleetFilters({ members, parameters, query }: FleetFilters): Markup {
  const narrowing = ['q', 'state', 'family', 'label'].filter((name) => parameters.has(name));
  if (members.length <= fewMembers && narrowing.length === 0) return nothing;
  const families = unique(members.map(({ target }) => target.identity.family));
  return markup`<form class="filters" method="get" action="./#pbxs" role="search">
<label>Search <input type="search" name="q" value="${query.search}" placeholder="name, label, version, reason"></label>
${select('State', 'state', stateWords, query.state ?? '')}
${families.length > 1 && select('Family', 'family', withAll(families), parameters.get('family') ?? '')}
${labelSelect(members, parameters.get('label') ?? '')}
${hiddenFields(parameters, ['fold', 'sort', 'order', 'refresh'])}
<button type="submit">Show</button>
${narrowing.length > 0 && markup`<a class="all" href="${linkTo(knownParameters(parameters, ['fold', 'sort', 'order', 'refresh']), {}, 'pbxs')}">Show all</a>`}</form>`;
}

function labelSelect(members: readonly Member[], chosen: string): Markup {
  const texts = members.flatMap(({ target }) =>
    Object.entries(target.identity.labels).map(([name, value]) => `${name}=${value}`),
  );
  const labels = unique(chosen === '' ? texts : [...texts, chosen]);
  if (labels.length === 0) return nothing;
  return select('Label', 'label', withAll(labels.length > maximumLabels ? unique([chosen]) : labels), chosen);
}

function select(title: string, name: string, choices: readonly (readonly [string, string])[], chosen: string): Markup {
  const options = choices.map(
    ([value, word]) =>
      markup`<option value="${value}"${value === chosen && markup` selected`}>${shorten(word, 60)}</option>`,
  );
  return markup`<label class="half">${title} <select name="${name}">${options}</select></label>`;
}

function withAll(values: readonly string[]): readonly (readonly [string, string])[] {
  return [['', 'all'], ...values.map((value) => [value, value] as const)];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== '').sort(compareTexts);
}
