import type { Extension, Trunk, World } from '../../kit/world.ts';

/** Input for the tables. A table of the console is one text with columns separated by bars (accounts) or tabs (all others). */
export interface TableContext {
  readonly world: World;
  /** SIP domain of the world. */
  readonly domain: string;
}

/** A second tenant on the same engine, visible only to root. */
const otherDomain = 'other.example.net';

const accountColumns = ['user', 'name', 'role', 'agent', 'agent.status', 'state', 'status', 'descript'] as const;

/** Returns the console's table of the accounts of a domain, with the requested columns in the requested order. */
export function accountTable(
  { world, domain }: TableContext,
  asked: string,
  columns: readonly string[] = accountColumns.slice(1),
): string {
  const own = world.extensions.map((extension) => ({
    user: extension.number,
    name: encodeURIComponent(extension.name),
    agent: String(isAgent(world, extension)),
    'agent.status': isAgent(world, extension) ? 'Available' : '',
    state: accountState(extension),
  }));
  const other = [{ user: '2001', name: 'Other', agent: 'false', 'agent.status': '', state: 'ONHOOK' }];
  const rows = asked === domain ? own : asked === otherDomain ? other : [];
  const head = ['user', ...columns];
  const lines = rows.map((row) => {
    const cells: Readonly<Record<string, string>> = { role: 'user', status: 'NONE', descript: '', ...row };
    return head.map((column) => cells[column] ?? '');
  });
  return tableText([head, ...lines], '|');
}

/** Returns the console's table of domains by customer. */
export function domainTable({ world, domain }: TableContext): string {
  const rows = [
    ['cust1', domain, String(world.extensions.length)],
    ['cust2', otherDomain, '1'],
  ];
  return tableText([['id', 'domain', 'user'], ...rows], '\t');
}

/** Returns the state of an account. Webitel only tracks registrations: an unreachable phone counts as registered until expiry. */
function accountState({ state, call }: Extension): string {
  if (state === 'unregistered' || state === 'disabled') return 'NONREG';
  return call === 'idle' ? 'ONHOOK' : 'ISBUSY';
}

/** Returns the console's table of the gateways of a domain, or of all domains if `asked` is empty. */
export function gatewayTable({ world, domain }: TableContext, asked: string, retryText: string): string {
  const own = world.trunks.map((trunk) => gatewayRow(trunk, domain, retryText));
  const other = [['external::foreign', otherDomain, 'sip:foreign@carrier.example.net', 'REGED']];
  const rows = [...own, ...other].filter(([, rowDomain]) => asked === '' || rowDomain === asked);
  return tableText([['Gateway', 'Domain', 'Data', 'State'], ...rows], '\t');
}

function gatewayRow(trunk: Trunk, domain: string, retryText: string): string[] {
  const state = gatewayState(trunk);
  const profile = trunk.kind === 'address' ? 'nonreg' : 'external';
  const name = state === 'DOWN' ? trunk.name : `${profile}::${trunk.name}`;
  const text = state === 'FAILED' || state === 'TRYING' ? `${state}${retryText}` : state;
  return [name, domain, `sip:${trunk.username}@${trunk.host}`, text];
}

/** Returns the state of a gateway; one without registration is `NOREG`, whether or not it answers. */
function gatewayState({ state }: Trunk): string {
  const words: Readonly<Record<Trunk['state'], string>> = {
    registered: 'REGED',
    registering: 'TRYING',
    unregistered: 'UNREGED',
    rejected: 'FAIL_WAIT',
    failed: 'FAILED',
    reachable: 'NOREG',
    unreachable: 'NOREG',
    unmonitored: 'NOREG',
    disabled: 'DOWN',
    unknown: '',
  };
  return words[state];
}

/** Returns the console's table of queues. */
export function queueTable({ world, domain }: TableContext): string {
  const rows = world.queues.map(({ number, name }) => [number, domain, 'longest-idle-agent', 'true', name]);
  return tableText([['name', 'domain', 'strategy', 'enable', 'description'], ...rows], '\t');
}

/** Returns FreeSWITCH's table of the members of a queue: the waiting callers and one answered caller, who is still listed. */
export function memberTable({ world, domain }: TableContext, queue: string): string {
  const found = world.queues.find(({ number }) => number === queue);
  if (found === undefined) return '-ERR Invalid Queue not found!\n';
  const states = [
    ...Array.from({ length: found.waitingCallers }, (_, index) => (index % 2 === 0 ? 'Waiting' : 'Trying')),
    'Answered',
  ];
  const rows = states.map((state, index) => [
    `${queue}@${domain}`,
    `uuid-${index}`,
    'outside',
    '1767000000',
    state,
    '0',
  ]);
  return tableText([['queue', 'uuid', 'cid_number', 'joined_epoch', 'state', 'score'], ...rows], '|');
}

/** Returns FreeSWITCH's table of the agents of a queue. */
export function agentTable({ world, domain }: TableContext, queue: string): string {
  const found = world.queues.find(({ number }) => number === queue);
  if (found === undefined) return '-ERR Invalid Queue not found!\n';
  const rows = found.agents.map(({ extension, paused }) => [
    `${extension}@${domain}`,
    'callback',
    paused ? 'On Break' : 'Available',
    'Waiting',
  ]);
  return tableText([['name', 'type', 'status', 'state'], ...rows], '|');
}

function isAgent({ queues }: World, { number }: Extension): boolean {
  return queues.some(({ agents }) => agents.some(({ extension }) => extension === number));
}

function tableText(rows: readonly (readonly string[])[], separator: string): string {
  return `${rows.map((row) => row.join(separator)).join('\n')}\n+OK`;
}

/** Converts a table to a list as the engine does: rows with a different number of columns are silently dropped. */
export function tableToArray(text: string, separator: string): Record<string, string>[] {
  const [head = '', ...lines] = text.split('\n');
  const columns = head.split(separator);
  const rows = lines.map((line) => line.split(separator));
  const whole = rows.filter((row) => row.length === columns.length && row[0] !== '+OK' && row[0] !== '');
  return whole.map((row) =>
    Object.fromEntries(columns.map((column, index) => [column.trim(), (row[index] ?? '').trim()])),
  );
}

/** Converts the table of accounts to an object by user, as the engine does; rows of other tables get the key `undefined`. */
export function accountsToObject(text: string, domain: string): Record<string, Record<string, unknown>> {
  const accounts = tableToArray(text, '|').map(({ user, ...rest }) => {
    if (user === undefined) return ['undefined', rest] as const;
    return [user, { ...rest, id: user, cc_logged: false, online: false, domain }] as const;
  });
  return Object.fromEntries(accounts);
}
