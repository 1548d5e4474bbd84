import type { SimulatorRequest } from '../../kit/request.ts';
import type { Extension, Trunk, World } from '../../kit/world.ts';
import type { ObjectClass } from '../settings.ts';

/** A row with all its columns, before the query selects some. */
export type Row = Readonly<Record<string, unknown>>;

/** A list of the modern API. */
export interface List {
  readonly path: string;
  readonly call: string;
  readonly objectClass: ObjectClass;
  readonly rows: (world: World) => readonly Row[];
  /** Rows per page if the query has no `size`. */
  readonly usualSize: number;
  /** Whether the list ignores `fields` of the query and always has all columns. */
  readonly ignoresFields?: true;
}

/** All simulated lists. */
export const lists: readonly List[] = [
  { path: '/devices', call: 'devices', objectClass: 'devices', rows: deviceRows, usualSize: 16 },
  { path: '/sip/gateways', call: 'sip gateways', objectClass: 'gateways', rows: gatewayRows, usualSize: 40 },
  {
    path: '/calls/active',
    call: 'active calls',
    objectClass: 'calls',
    rows: callRows,
    usualSize: 40,
    ignoresFields: true,
  },
  { path: '/call_center/queues', call: 'queues', objectClass: 'cc_queue', rows: queueRows, usualSize: 40 },
];

/** Returns one page according to `fields`, `page`, `size` and `sort` of the query; `next` is true if there are more rows. */
export function pageOf(list: List, all: readonly Row[], request: SimulatorRequest): unknown {
  const page = wholeNumber(request, 'page') ?? 1;
  const asked = wholeNumber(request, 'size') ?? list.usualSize;
  const size = asked > 20_000 || asked <= 0 ? 40 : asked;
  const fields = list.ignoresFields === true ? [] : request.query.getAll('fields');
  const wanted =
    request.query.get('skip_parent') === 'true' ? all.filter((row) => row['parent_id'] === undefined) : all;
  const rows = sorted(wanted, request.query.get('sort') ?? '', page).slice((page - 1) * size, page * size);
  return {
    page,
    ...(list.path === '/devices' ? { size } : {}),
    next: wanted.length > page * size,
    items: rows.map((row) => chosen(row, fields)),
  };
}

function wholeNumber({ query }: SimulatorRequest, name: string): number | undefined {
  const text = query.get(name) ?? '';
  return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Sorts the rows by one column; the order of equal rows is undefined in the database, so it differs between pages. */
function sorted(rows: readonly Row[], sort: string, page: number): readonly Row[] {
  if (sort === '') return rows;
  const text = (row: Row): string => {
    const value = row[sort];
    return typeof value === 'string' ? value : '';
  };
  const shuffled = page % 2 === 0 ? rows.toReversed() : rows;
  return shuffled.toSorted((left, right) =>
    text(left).localeCompare(text(right), undefined, { numeric: sort === 'id' }),
  );
}

function chosen(row: Row, fields: readonly string[]): Row {
  if (fields.length === 0) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => fields.includes(name)));
}

function deviceRows({ extensions }: World): readonly Row[] {
  return extensions.map((extension, index) => ({
    id: String(index + 11),
    name: `Desk ${extension.number}`,
    account: extension.number,
    user: { id: String(index + 5_000), name: extension.name },
    password: `made-up-${extension.number}`,
    mac: `02:00:00:00:${hex(index >> 8)}:${hex(index)}`,
    brand: contactBrand(extension),
    model: 'D100',
    reged: isRegistered(extension),
    hotdesk: false,
  }));
}

/** Returns the brand, which an administrator would enter by hand; here, it is taken from the phone. */
function contactBrand({ contacts: [contact] }: Extension): string {
  return contact?.userAgent.split('/')[0] ?? '';
}

function hex(byte: number): string {
  return (byte & 255).toString(16).padStart(2, '0');
}

/** Reports whether a phone is registered; an unreachable phone is, until its contact expires. */
function isRegistered({ state }: Extension): boolean {
  return state === 'reachable' || state === 'unreachable';
}

function gatewayRows({ trunks }: World): readonly Row[] {
  return trunks.map((trunk) => ({
    id: String(trunk.id),
    name: trunk.name,
    proxy: trunk.host,
    username: trunk.username,
    password: trunk.secret,
    enable: trunk.state !== 'disabled',
    register: trunk.kind === 'register',
    r_state: trunk.kind === 'register' ? registrationNumber(trunk) : 0,
  }));
}

function registrationNumber({ state }: Trunk): number {
  const numbers: Readonly<Record<Trunk['state'], number>> = {
    registered: 3,
    registering: 1,
    unregistered: 0,
    rejected: 6,
    failed: 7,
    reachable: 3,
    unreachable: 4,
    unmonitored: 3,
    disabled: 0,
    unknown: 12,
  };
  return numbers[state];
}

/** Returns two legs for each call; the parent of the second is the first. */
function callRows({ calls }: World): readonly Row[] {
  return calls.flatMap(({ id, direction, state }) => [
    { id, direction, state, app_id: 'made-up', type: 'sip' },
    { id: `${id}-b`, parent_id: id, direction, state, app_id: 'made-up', type: 'sip' },
  ]);
}

function queueRows({ queues }: World): readonly Row[] {
  return queues.map(({ name, waitingCallers, agents }, index) => ({
    id: String(index + 70),
    name,
    enabled: true,
    count: waitingCallers + 1,
    waiting: waitingCallers,
    active: agents.length,
  }));
}
