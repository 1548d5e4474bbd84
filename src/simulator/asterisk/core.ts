import type { Call } from '../kit/world.ts';
import type { Action, ActionContext } from './action.ts';
import { deviceName } from './devices.ts';
import { listedLeg } from './legs.ts';
import { formatList, formatSuccess } from './message.ts';
import type { Field } from './message.ts';

/** A moment in the PBX's local time, as `2026-01-31` and `08:15:02`. */
function localTime(context: ActionContext, wallTime: number): readonly [date: string, time: string] {
  const text = new Date(wallTime + context.switches.utcOffsetMinutes * 60_000).toISOString();
  return [text.slice(0, 10), text.slice(11, 19)];
}

function showSettings(context: ActionContext): string {
  const newer: readonly Field[] = context.release >= 22 ? [['SoundsSearchCustomDir', 'No']] : [];
  return formatSuccess(context.actionId, [
    ['AMIversion', context.amiVersion],
    ['AsteriskVersion', context.version],
    ['SystemName', ''],
    ['CoreMaxCalls', context.switches.maximumCalls],
    ['CoreMaxLoadAvg', '0.000000'],
    ['CoreRunUser', ''],
    ['CoreRunGroup', ''],
    ['CoreMaxFilehandles', 0],
    ['CoreRealTimeEnabled', 'No'],
    ['CoreCDRenabled', 'Yes'],
    ['CoreHTTPenabled', 'Yes'],
    ...newer,
  ]);
}

function showStatus(context: ActionContext): string {
  const { world } = context;
  const [date, time] = localTime(context, world.startedAt);
  const newer: readonly Field[] =
    context.release >= 22 ? [['CoreProcessedCalls', context.switches.processedCalls + world.calls.length]] : [];
  return formatSuccess(context.actionId, [
    ['CoreStartupDate', date],
    ['CoreStartupTime', time],
    ['CoreReloadDate', date],
    ['CoreReloadTime', time],
    ['CoreCurrentCalls', world.calls.length],
    ...newer,
  ]);
}

/** Calls with the extension whose channel is shown: those that are listed, and those of phones that are busy without one. */
function listChannels({ world, clock }: ActionContext): readonly { readonly number: string; readonly call: Call }[] {
  const listed = world.calls.map((call) => ({ number: call.direction === 'inbound' ? call.to : call.from, call }));
  const busy = world.extensions.filter(
    ({ number, call }) => call !== 'idle' && !world.calls.some(({ from, to }) => from === number || to === number),
  );
  const others = busy.map(({ number, call }, index) => ({
    number,
    call: {
      id: String(index).padStart(8, '0'),
      direction: 'outbound',
      from: number,
      to: 's',
      startedAt: clock.wallTime(),
      state: call === 'ringing' ? 'ringing' : 'talking',
    } as const,
  }));
  return [...listed, ...others];
}

function channelName(context: ActionContext, number: string, id: string): string {
  const extension = context.world.extensions.find((candidate) => candidate.number === number);
  return `${extension === undefined ? `PJSIP/${number}` : deviceName(context, extension)}-${id.slice(0, 8)}`;
}

function channelFields(
  context: ActionContext,
  { number, call }: { readonly number: string; readonly call: Call },
): readonly Field[] {
  const seconds = Math.max(0, Math.floor((context.clock.wallTime() - call.startedAt) / 1000));
  return [
    ['Channel', channelName(context, number, call.id)],
    ['ChannelState', call.state === 'talking' ? 6 : 5],
    ['ChannelStateDesc', call.state === 'talking' ? 'Up' : 'Ringing'],
    ['CallerIDNum', call.from],
    ['CallerIDName', '<unknown>'],
    ['ConnectedLineNum', call.to],
    ['ConnectedLineName', '<unknown>'],
    ['Language', 'en'],
    ['AccountCode', ''],
    ['Context', 'default'],
    ['Exten', call.to],
    ['Priority', 1],
    ['Uniqueid', `${Math.floor(call.startedAt / 1000)}.0`],
    ['Linkedid', `${Math.floor(call.startedAt / 1000)}.0`],
    ['Application', 'Dial'],
    ['ApplicationData', ''],
    ['Duration', new Date(seconds * 1000).toISOString().slice(11, 19)],
    ['BridgeId', ''],
  ];
}

function showChannels(context: ActionContext): string {
  return formatList(context.actionId, {
    message: 'Channels will follow',
    events: [
      ...listChannels(context).map((channel) => channelFields(context, channel)),
      ...context.legs.running.map((leg) => listedLeg(leg, context.clock.wallTime())),
    ].map((fields) => ({ event: 'CoreShowChannel', fields })),
    complete: 'CoreShowChannelsComplete',
  });
}

function ping(context: ActionContext): string {
  return formatSuccess(context.actionId, [
    ['Ping', 'Pong'],
    ['Timestamp', (context.clock.wallTime() / 1000).toFixed(6)],
  ]);
}

/** Shows only what the asking user may call. */
function listCommands(context: ActionContext): string {
  const allowed = context
    .known()
    .filter(({ classes }) => classes.length === 0 || classes.some((name) => context.write.includes(name)));
  const fields = allowed.map((action): Field => {
    const classes = action.classes.length === 0 ? '<none>' : [...action.classes, 'all'].join(',');
    return [action.name, `${action.description}  (Priv: ${classes})`];
  });
  return formatSuccess(context.actionId, fields);
}

/** Actions of the core. */
export const coreActions: readonly Action[] = [
  {
    name: 'CoreSettings',
    description: 'Show PBX core settings (version etc).',
    classes: ['system', 'reporting'],
    answer: showSettings,
  },
  {
    name: 'CoreShowChannels',
    description: 'List currently active channels.',
    classes: ['system', 'reporting'],
    answer: showChannels,
  },
  {
    name: 'CoreStatus',
    description: 'Show PBX core status variables.',
    classes: ['system', 'reporting'],
    answer: showStatus,
  },
  { name: 'ListCommands', description: 'List available manager commands.', classes: [], answer: listCommands },
  { name: 'Ping', description: 'Keepalive command.', classes: [], answer: ping },
];
