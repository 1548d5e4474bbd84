import * as asteriskDevices from '../src/drivers/asterisk/device-states.ts';
import * as olderPeers from '../src/drivers/asterisk/older/peers.ts';
import * as olderTrunks from '../src/drivers/asterisk/older/trunks.ts';
import * as pjsipPeers from '../src/drivers/asterisk/pjsip/peers.ts';
import * as pjsipTrunks from '../src/drivers/asterisk/pjsip/trunks.ts';
import * as asteriskQueues from '../src/drivers/asterisk/queues.ts';
import * as freeswitchPeers from '../src/drivers/freeswitch/peers.ts';
import * as freeswitchQueues from '../src/drivers/freeswitch/queues.ts';
import * as freeswitchTrunks from '../src/drivers/freeswitch/trunks.ts';
import type { StateTable } from '../src/drivers/kit/state-table.ts';
import * as mikopbxLegacyPeers from '../src/drivers/mikopbx/legacy/peers.ts';
import * as mikopbxList from '../src/drivers/mikopbx/shared/peers-list.ts';
import * as mikopbxTrunks from '../src/drivers/mikopbx/shared/trunk-states.ts';
import * as mikopbxPeers from '../src/drivers/mikopbx/v3/peers.ts';
import * as portsipPeers from '../src/drivers/portsip/peers.ts';
import * as portsipTrunks from '../src/drivers/portsip/trunks.ts';
import * as webitelLegacyPeers from '../src/drivers/webitel/legacy/peers.ts';
import * as webitelLegacyQueues from '../src/drivers/webitel/legacy/queues.ts';
import * as webitelLegacyTrunks from '../src/drivers/webitel/legacy/trunks.ts';
import * as webitelPeers from '../src/drivers/webitel/modern/peers.ts';
import * as webitelTrunks from '../src/drivers/webitel/modern/trunks.ts';
import * as yeastarPQueues from '../src/drivers/yeastar-p/queues.ts';
import * as yeastarPTrunks from '../src/drivers/yeastar-p/trunks.ts';
import * as yeastarPeers from '../src/drivers/yeastar-s-k2/peers.ts';
import * as yeastarQueues from '../src/drivers/yeastar-s-k2/queues.ts';
import * as yeastarTrunks from '../src/drivers/yeastar-s-k2/trunks.ts';

/** A state table of a family with its title. */
export interface PageTable {
  readonly title: string;
  readonly table: StateTable<unknown>;
}

const table = (title: string, words: StateTable<unknown>): PageTable => ({ title, table: words });

const yeastar: readonly PageTable[] = [
  table('Extensions', yeastarPeers.extensionStates),
  table('Trunks', yeastarTrunks.trunkStates),
  table('Agents of queues (`agentstatus`)', yeastarQueues.agentStates),
];

/** The state tables on the page of each family. */
export const stateTables: Readonly<Record<string, readonly PageTable[]>> = {
  asterisk: [
    table('Contacts of PJSIP (`unchecked`: it is not checked)', pjsipPeers.contactStates),
    table('Registrations of PJSIP, worst first', pjsipTrunks.registrationStates),
    table('Peers of chan_sip and IAX2', olderPeers.peerStatuses),
    table('Registrations of chan_sip and IAX2', olderTrunks.registrationStates),
    table('Device states, if contacts are not available', asteriskDevices.deviceStates),
    table('Agents of queues (`Status`)', asteriskQueues.agentStates),
  ],
  freeswitch: [
    table('Phones (`ping-status`)', freeswitchPeers.pingStates),
    table('Gateways (`state`/`status`)', freeswitchTrunks.gatewayStates),
    table('Agents of queues, by `status`', freeswitchQueues.agentStatuses),
    table('Agents of queues who take calls, by `state`', freeswitchQueues.agentStates),
  ],
  mikopbx: [
    table('Phones, 2025.1 and newer', mikopbxPeers.statusStates),
    table('Phones up to 2024: contacts that were read individually', mikopbxLegacyPeers.contactStates),
    table('Phones up to 2024: the list (`unknown`: read individually)', mikopbxList.listedStates),
    table('Phones: `detailed-state`', mikopbxList.deviceStates),
    ...Object.entries(mikopbxTrunks.trunkStates).map(([source, words]) => table(`Trunks: ${source}`, words)),
    table('Trunks: contact, whether it answers OPTIONS', mikopbxTrunks.contactStates),
  ],
  portsip: [table('Extensions', portsipPeers.userStates), table('Trunks, by their type', portsipTrunks.trunkStates)],
  webitel: [
    table('Phones, legacy (`state`)', webitelLegacyPeers.accountStates),
    table('Phones, modern (`reged`)', webitelPeers.registrationStates),
    table('Trunks, legacy (`State`)', webitelLegacyTrunks.gatewayStates),
    table('Trunks that register, modern', webitelTrunks.registrationStates),
    table('Available agents, legacy', webitelLegacyQueues.availableAgentStates),
  ],
  'yeastar-k2': yeastar,
  'yeastar-p': [
    table('Trunks', yeastarPTrunks.trunkStates),
    table('Agents of queues (`call_status`)', yeastarPQueues.callStates),
  ],
  'yeastar-s': yeastar,
};

/** Column headings by field of a meaning. Fields without a heading are not shown. */
const headings: Readonly<Record<string, string>> = {
  name: 'name',
  state: 'state',
  reachable: 'reachable',
  inCall: 'in a call',
  registered: 'registered',
  answers: 'answers',
  registration: 'one side registers',
  teams: 'Teams',
  messaging: 'WhatsApp',
  checked: 'keep-alive on',
  unchecked: 'keep-alive off',
  notRead: 'type not read',
};

const begin = '<!-- made from the code by "npm run docs" -->';
const end = '<!-- end of what is made from the code -->';

/** Returns the page with new state tables between the two markers. Throws an `Error` for a page without markers. */
export function withStateTables(page: string, tables: readonly PageTable[]): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error('the page has no marked section for its state tables');
  const text = tables.map(({ title, table: words }) => `${title}:\n\n${rows(words)}`).join('\n\n');
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

function rows({ states }: StateTable<unknown>): string {
  const meanings = Object.entries(states).map(([word, meaning]) => ({ word, cells: cellsOf(meaning) }));
  const columns = Object.keys(headings).filter((name) => meanings.some(({ cells }) => cells[name] !== undefined));
  const groups = Map.groupBy(meanings, ({ cells }) => columns.map((name) => cells[name] ?? '').join(' | '));
  const lines = [...groups].map(
    ([cells, group]) => `| ${group.map(({ word }) => word || '(nothing)').join(', ')} | ${cells} |`,
  );
  const head = ['the PBX says', ...columns.map((name) => headings[name] ?? name)];
  return [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...lines].join('\n');
}

function cellsOf(meaning: unknown): Readonly<Record<string, string>> {
  if (typeof meaning === 'string') return { state: `\`${meaning}\`` };
  if (typeof meaning === 'boolean') return { answers: meaning ? 'yes' : 'no' };
  if (Array.isArray(meaning)) return { ...cellsOf(meaning[0]), name: String(meaning[1]) };
  return Object.fromEntries(Object.entries(meaning ?? {}).flatMap(([name, value]) => cellOf(name, value)));
}

function cellOf(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (name === 'rawState') return [['name', String(value)]];
  if (typeof value === 'boolean') return [[name, value ? 'yes' : 'no']];
  return typeof value === 'string' ? [[name, `\`${value}\``]] : [];
}
