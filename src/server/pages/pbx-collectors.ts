import { ageTime } from '../../snapshot/clocks.ts';
import { labelMeanings } from '../../exposition/label-values.ts';
import { type Collector, collectors, skipReasons } from '../../snapshot/reading.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { formatCount, formatDuration, sentence, shorten } from './format.ts';
import { failureMeaning } from './hints.ts';
import { badge, isolated } from './parts.ts';
import type { StatusTarget, View } from './view.ts';

/** Renders the result of each collector in the last round, and the age of its values. */
export function collectorSection(target: StatusTarget, view: View): Markup {
  const enabled = collectors.filter((name) => target.record.collectors[name] !== undefined);
  if (enabled.length === 0) return nothing;
  return markup`<section aria-labelledby="collectors"><h2 id="collectors">What is read</h2>
<div class="scroll"><table role="table"><caption>Collectors</caption><thead role="rowgroup"><tr role="row">
<th role="columnheader" scope="col">Collector</th><th role="columnheader" scope="col">Last round</th><th role="columnheader" scope="col">Reason</th>
<th role="columnheader" scope="col" class="number">Values from</th><th role="columnheader" scope="col">Rows skipped since start</th></tr></thead>
<tbody role="rowgroup">${enabled.map((name) => row(name, target, view))}</tbody></table></div>${missingList(target)}</section>`;
}

/** Failed API calls that only add names, rights, versions or details of single rows. */
function missingList({ record: { missing } }: StatusTarget): Markup {
  if (missing.length === 0) return nothing;
  return markup`<p class="quiet">The PBX did not answer these calls, which only add details such as names and versions. Nothing else depends on them:</p>
<ul class="quiet">${missing.map(({ call, reason, detail }) => markup`<li><code>${call}</code>: <code>${reason}</code>, ${isolated(shorten(detail, 300))}</li>`)}</ul>`;
}

function row(name: Collector, target: StatusTarget, view: View): Markup {
  const { record } = target;
  const { success = false, reason, detail } = record.collectors[name] ?? {};
  const why = [
    reason === undefined ? '' : sentence(failureMeaning(reason)),
    detail === undefined ? '' : sentence(shorten(detail, 300)),
  ].filter((text) => text !== '');
  return markup`<tr role="row"><th role="rowheader" scope="row">${name}<small>${labelMeanings.collectors[name]}</small></th>
<td role="cell" data-title="Last round">${success ? badge('good', 'read') : badge('bad', 'failed')}</td>
<td role="cell" data-title="Reason"${why.length === 0 && markup` class="empty"`}>${why.map((text) => markup`<p>${isolated(text)}</p>`)}</td>
<td role="cell" class="number" data-title="Values from">${age(name, target, view)}</td>
<td role="cell" data-title="Rows skipped since start">${skipped(name, target)}</td></tr>
`;
}

function age(name: Collector, { identity, record }: StatusTarget, view: View): Markup {
  const retained = record.retained[name];
  if (retained === undefined) return markup`<span class="quiet">never read</span>`;
  const milliseconds = ageTime(record.clocks, view) - retained.readAt;
  const hidden = milliseconds >= identity.staleAfterMs && markup`<small>too old to be shown</small>`;
  return markup`${formatDuration(milliseconds)} ago${hidden}`;
}

function skipped(name: Collector, { record }: StatusTarget): Markup {
  const counts = record.counters.rowsSkipped[name] ?? {};
  // Rows beyond the limit are not defects; the list of peers shows their number.
  const reported = skipReasons.filter((reason) => reason !== 'limit' && (counts[reason] ?? 0) > 0);
  if (reported.length === 0) return markup`<span class="quiet">none</span>`;
  return markup`${reported.map(
    (reason) =>
      markup`<p title="${labelMeanings.skipReasons[reason]}">${formatCount(counts[reason] ?? 0)} ${reason.replace('_', ' ')}</p>`,
  )}`;
}
