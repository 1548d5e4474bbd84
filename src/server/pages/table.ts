import { type Markup, markup, nothing } from '../html.ts';
import { formatCount } from './format.ts';
import {
  linkTo,
  type ListQuery,
  type PageOfRows,
  rowsPerPage,
  sortRows,
  type SortValue,
  takePage,
} from './list-query.ts';

/** One column of a table. */
export interface Column<Row> {
  /** Name in the URL: `?sort=KEY`. */
  readonly key: string;
  readonly title: string;
  /** Returns the sort key; if absent, the column cannot be sorted. */
  readonly value?: (row: Row) => SortValue;
  readonly cell: (row: Row) => Markup | string;
  /** Sort direction of the first click, usually `desc` for numbers. Default: `asc`. */
  readonly first?: 'asc' | 'desc';
  /** `number`: right-aligned. `head`: row header. `wide`: takes the remaining width. `state`: next to the name on narrow screens. */
  readonly kind?: 'number' | 'head' | 'wide' | 'state';
}

/** A table that is sorted, searched and paged by links and forms, without scripts. */
export interface Table<Row> {
  /** Anchor of the table on the page; links lead back to it. */
  readonly anchor: string;
  /** For screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  /** Rows that match the search and the state. */
  readonly rows: readonly Row[];
  /** Returns a unique name, which determines the order of rows with equal sort keys. */
  readonly name: (row: Row) => string;
  readonly query: ListQuery;
  /** Parameters of the page that is shown. */
  readonly parameters: URLSearchParams;
  /** Prefix of this table's parameter names. */
  readonly prefix?: string;
  /** Returns the CSS class of a row. */
  readonly rowClass?: (row: Row) => string;
}

/** Renders the current page of a table, with its pager. */
export function renderTable<Row>(table: Table<Row>): Markup {
  const { columns, query, rows, name } = table;
  const sorted = columns.find(({ key, value }) => key === query.sort && value !== undefined);
  const value = sorted?.value ?? (() => undefined);
  const page = takePage(sortRows(rows, value, query.order, name), query.page);
  return markup`${pager(page, table, 'above')}<div class="scroll"><table role="table"><caption class="quiet">${table.caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map((column) => headCell(column, table))}</tr></thead>
<tbody role="rowgroup">
${page.rows.map((row) => bodyRow(row, table))}</tbody></table></div>
${pager(page, table, 'below')}`;
}

function bodyRow<Row>(row: Row, { columns, rowClass }: Table<Row>): Markup {
  const style = rowClass === undefined ? nothing : markup` class="${rowClass(row)}"`;
  return markup`<tr role="row"${style}>${columns.map((column) => bodyCell(column, row))}</tr>
`;
}

function bodyCell<Row>({ title, kind, cell }: Column<Row>, row: Row): Markup {
  const content = cell(row);
  if (kind === 'head') return markup`<th role="rowheader" scope="row">${content}</th>`;
  // Empty cells are hidden on narrow screens.
  const isEmpty = (typeof content === 'string' ? content : content.text) === '';
  const style = [kind ?? '', isEmpty ? 'empty' : ''].filter((one) => one !== '').join(' ');
  return markup`<td role="cell" data-title="${title}"${style !== '' && markup` class="${style}"`}>${content}</td>`;
}

function headCell<Row>({ key, title, value, first = 'asc', kind }: Column<Row>, table: Table<Row>): Markup {
  const style = markup`${kind !== undefined && markup` class="${kind}"`}`;
  if (value === undefined) return markup`<th role="columnheader" scope="col"${style}>${title}</th>`;
  const { query, parameters, prefix = '', anchor } = table;
  const isSorted = query.sort === key;
  const order = isSorted ? (query.order === 'asc' ? 'desc' : 'asc') : first;
  const link = linkTo(
    parameters,
    { [`${prefix}sort`]: key, [`${prefix}order`]: order, [`${prefix}page`]: undefined },
    anchor,
  );
  const aria = isSorted && markup` aria-sort="${query.order === 'asc' ? 'ascending' : 'descending'}"`;
  const arrow = isSorted && markup`<span class="arrow" aria-hidden="true">${query.order === 'asc' ? '▲' : '▼'}</span>`;
  return markup`<th role="columnheader" scope="col"${style}${aria}><a href="${link}">${title}${arrow}</a></th>`;
}

function pager<Row>(
  { page, pages, total, rows }: PageOfRows<Row>,
  table: Table<Row>,
  place: 'above' | 'below',
): Markup {
  if (pages === 1) return nothing;
  const { parameters, prefix = '', anchor } = table;
  const first = (page - 1) * rowsPerPage + 1;
  const link = (target: number, text: string, relation: string): Markup =>
    target < 1 || target > pages
      ? markup`<span class="step">${text}</span>`
      : markup`<a class="step" rel="${relation}" href="${linkTo(parameters, { [`${prefix}page`]: target === 1 ? undefined : target }, anchor)}">${text}</a>`;
  return markup`<nav class="pager" aria-label="${table.caption}, pages, ${place} the table">${link(page - 1, '← Previous', 'prev')}
<span>${formatCount(first)}–${formatCount(first + rows.length - 1)} of ${formatCount(total)} · page ${page} of ${pages}</span>
${link(page + 1, 'Next →', 'next')}</nav>`;
}
