import type { Call } from '../kit/world.ts';
import type { Action, ActionContext } from './action.ts';
import { deviceName } from './devices.ts';
import { listedLeg } from './legs.ts';
import { formatList, formatSuccess } from './message.ts';
import type { Field } from './message.ts';

/** Converts a time to the local time of the PBX, e.g. `2026-01-31` and `08:15:02`. */
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
    // Counts channels, not calls: a call between two phones has two (`action_corestatus` of `manager.c`; confirmed on 16.28 and 22.10).
    ['CoreCurrentCalls', listChannels(context).length + context.legs.running.length],
    ...newer,
  ]);
}

/** One channel of a call. */
interface Channel {
  /** The extension, trunk or outside party of the channel. */
  readonly number: string;
  readonly call: Call;
  /** Start time in seconds since 1970, a dot, and a number that is unique among the channels. */
  readonly uniqueId: string;
  /** Unique id of the first channel of the call. */
  readonly linkedId: string;
  /** Eight hexadecimal digits at the end of the channel's name. */
  readonly suffix: string;
}

/** Returns two channels for each call of the world that has no legs, and one for each busy extension without a call. */
function listChannels({ world, clock, legs }: ActionContext): readonly Channel[] {
  const trunk = world.trunks[0]?.name ?? 'anonymous';
  const withLegs = new Set(legs.running.map(({ options }) => options.call));
  const listed = world.calls.flatMap((call, index) => {
    if (withLegs.has(call.id)) return [];
    const [phone, other] = call.direction === 'inbound' ? [call.to, trunk] : [call.from, call.to];
    const linkedId = idAt(call, 2 * index);
    return [
      { number: phone, call, uniqueId: linkedId, linkedId, suffix: call.id.slice(0, 8) },
      {
        number: call.direction === 'outbound' ? trunk : other,
        call,
        uniqueId: idAt(call, 2 * index + 1),
        linkedId,
        suffix: (2 * index + 1).toString(16).padStart(8, 'f'),
      },
    ];
  });
  const busy = world.extensions.filter(
    ({ number, call }) => call !== 'idle' && !world.calls.some(({ from, to }) => from === number || to === number),
  );
  const others = busy.map(({ number, call: state }, index) => {
    const call = {
      id: String(index).padStart(8, '0'),
      direction: 'outbound',
      from: number,
      to: 's',
      startedAt: clock.wallTime(),
      state: state === 'ringing' ? 'ringing' : 'talking',
    } as const;
    const id = idAt(call, 2 * world.calls.length + index);
    return { number, call, uniqueId: id, linkedId: id, suffix: call.id };
  });
  return [...listed, ...others];
}

function idAt({ startedAt }: Pick<Call, 'startedAt'>, count: number): string {
  return `${Math.floor(startedAt / 1000)}.${count}`;
}

function channelName(context: ActionContext, { number, suffix }: Channel): string {
  const extension = context.world.extensions.find((candidate) => candidate.number === number);
  return `${extension === undefined ? `PJSIP/${number}` : deviceName(context, extension)}-${suffix}`;
}

function channelFields(context: ActionContext, channel: Channel): readonly Field[] {
  const { call } = channel;
  const seconds = Math.max(0, Math.floor((context.clock.wallTime() - call.startedAt) / 1000));
  return [
    ['Channel', channelName(context, channel)],
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
    ['Uniqueid', channel.uniqueId],
    ['Linkedid', channel.linkedId],
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

/** Lists only the actions that the user may call. */
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
