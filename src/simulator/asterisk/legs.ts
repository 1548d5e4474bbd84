import type { Clock } from '../../clock.ts';
import type { Action, ActionContext } from './action.ts';
import type { EventQueues } from './event-queues.ts';
import { Leg, type LegOptions } from './leg.ts';
import { formatError, formatSuccess, type Field } from './message.ts';

/** The legs of all calls with media. */
export class Legs {
  readonly #clock: Clock;
  readonly #queues: EventQueues;
  readonly #sendsFinal: (leg: Leg) => boolean;
  #legs: Leg[] = [];
  #serial = 0;
  /** Reports whether this release computes a score (MES) for each leg. */
  readonly hasScore: () => boolean;
  /** Log lines of the PBX. */
  readonly log: string[] = [];

  constructor(
    clock: Clock,
    queues: EventQueues,
    release: { readonly sendsFinal: (leg: Leg) => boolean; readonly hasScore: () => boolean },
  ) {
    this.#clock = clock;
    this.#queues = queues;
    this.#sendsFinal = release.sendsFinal;
    this.hasScore = release.hasScore;
  }

  /** Legs that have not ended. */
  get running(): readonly Leg[] {
    return this.#legs;
  }

  /** Starts one leg. */
  start(options: LegOptions): Leg {
    this.#serial += 1;
    const leg = new Leg(options, this.#serial, this.#clock);
    this.#legs = [...this.#legs, leg];
    return leg;
  }

  /** Starts two legs and bridges them; the PBX relays their media. */
  bridge(one: LegOptions, other: LegOptions): readonly [Leg, Leg] {
    const legs = [this.start(one), this.start(other)] as const;
    [legs[0].bridged, legs[1].bridged] = [legs[1], legs[0]];
    return legs;
  }

  /** Ends a leg. If it had RTP and the release supports it, sends its final statistics as `VarSet` events. */
  end(leg: Leg): void {
    this.#legs = this.#legs.filter((one) => one !== leg);
    const variables = leg.hasRtp && this.#sendsFinal(leg) ? finalVariables(leg, this.hasScore()) : [];
    const told: readonly (readonly [string, string])[] = [['SIPCALLID', `call-${leg.uniqueId}`], ...variables];
    for (const [name, value] of told) this.#tell(leg, name, value);
  }

  #tell(leg: Leg, variable: string, value: string): void {
    this.#queues.add({
      event: 'VarSet',
      readClass: 'dialplan',
      fields: [...channelFields(leg), ['Variable', variable], ['Value', value]],
    });
  }
}

function finalVariables(leg: Leg, hasScore: boolean): readonly (readonly [string, string])[] {
  const text = leg.text(hasScore);
  const score: readonly (readonly [string, string])[] = hasScore ? [['RTPAUDIOQOSMES', 'minrxmes=0;']] : [];
  const bridged: readonly (readonly [string, string])[] =
    leg.bridged === undefined ? [] : [['RTPAUDIOQOSBRIDGED', text]];
  return [
    ['RTPAUDIOQOS', text],
    ['RTPAUDIOQOSJITTER', 'minrxjitter=000.000000;maxrxjitter=000.000000;'],
    ['RTPAUDIOQOSLOSS', 'minrxlost=0;maxrxlost=0;'],
    ['RTPAUDIOQOSRTT', 'minrtt=000.000000;maxrtt=000.000000;'],
    ...score,
    ...bridged,
  ];
}

/** Returns the fields of every channel event, including numbers, names and ids of callers and calls. */
function channelFields({ channel, uniqueId, linkedId, state, options }: Leg): readonly Field[] {
  const { callerNumber = '<unknown>', callerName = '<unknown>', called = 's' } = options;
  return [
    ['Channel', channel],
    ['ChannelState', state === 'Up' ? 6 : 4],
    ['ChannelStateDesc', state],
    ['CallerIDNum', callerNumber],
    ['CallerIDName', callerName],
    ['ConnectedLineNum', called],
    ['ConnectedLineName', '<unknown>'],
    ['Language', 'en'],
    ['AccountCode', ''],
    ['Context', 'default'],
    ['Exten', called],
    ['Priority', 1],
    ['Uniqueid', uniqueId],
    ['Linkedid', linkedId],
  ];
}

/** Returns the fields of a CoreShowChannel event. */
export function listedLeg(leg: Leg, wallTime: number): readonly Field[] {
  const seconds = Math.max(0, Math.floor((wallTime - leg.startedAt) / 1000));
  return [
    ...channelFields(leg),
    ['Application', leg.bridged === undefined ? 'Echo' : 'Dial'],
    ['ApplicationData', ''],
    ['Duration', new Date(seconds * 1000).toISOString().slice(11, 19)],
    ['BridgeId', ''],
  ];
}

const qualityVariables: Readonly<Record<string, string>> = {
  'CHANNEL(rtcp,all)': 'PJSIP',
  'CHANNEL(rtpqos,audio,all)': 'SIP',
};

/** Reads a variable of a channel; only those about RTP have a value here. */
function getVariable(context: ActionContext): string {
  const { actionId, parameter, legs } = context;
  const [channel, variable] = [parameter('channel'), parameter('variable')];
  if (variable === '') return formatError(actionId, 'No variable specified');
  const leg = legs.running.find((one) => one.channel.toLowerCase() === channel.toLowerCase());
  if (leg === undefined) return formatError(actionId, 'No such channel');
  const { technology = 'PJSIP' } = leg.options;
  const answers = leg.hasRtp && qualityVariables[variable] === technology;
  if (!answers) legs.log.push(`WARNING: ${variable}: no RTP on ${leg.channel}`);
  return formatSuccess(actionId, [
    ['Variable', variable],
    ['Value', answers ? leg.text(legs.hasScore()) : ''],
  ]);
}

/** The action that reads a channel variable. */
export const legActions: readonly Action[] = [
  {
    name: 'Getvar',
    description: 'Gets a channel variable or function value.',
    classes: ['call', 'reporting'],
    answer: getVariable,
  },
];
