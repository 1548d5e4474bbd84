import { MappingType, SpecialValueMatch } from '@grafana/grafana-foundation-sdk/dashboard';
import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { trunkStates } from '../src/snapshot/reading.ts';
import type { PeerState, TrunkState } from '../src/snapshot/reading.ts';

/** Colours of Grafana's palette, which suit the light and the dark theme. */
export const colours = {
  good: 'green',
  warning: 'orange',
  bad: 'red',
  neutral: 'blue',
  off: '#808080',
  unknown: 'purple',
} as const;

/** Colour of each peer state. */
export const peerColours: Readonly<Record<PeerState, string>> = {
  reachable: colours.good,
  unreachable: colours.bad,
  unregistered: colours.warning,
  disabled: colours.off,
  unknown: colours.unknown,
};

/** Colour of each trunk state. */
export const trunkColours: Readonly<Record<TrunkState, string>> = {
  registered: colours.good,
  registering: 'yellow',
  unregistered: colours.warning,
  rejected: colours.bad,
  failed: 'dark-red',
  reachable: 'light-green',
  unreachable: 'semi-dark-red',
  unmonitored: colours.neutral,
  disabled: colours.off,
  unknown: colours.unknown,
};

/** Returns the words for the numbers of `trunkStateNumbers()`. */
export function trunkStateMapping(): ValueMapping {
  return valueMapping(
    trunkStates.map((state, index) => ({ value: index + 1, text: state, color: trunkColours[state] })),
  );
}

/** Returns the words for 1 and 0, with the colours for good and bad. */
export function yesNo(yes: string, no: string, colour: { readonly no: string } = { no: colours.bad }): ValueMapping {
  return valueMapping([
    { value: 1, text: yes, color: colours.good },
    { value: 0, text: no, color: colour.no },
  ]);
}

/** The words for the numbers of `readState()`. */
export const readWords: ValueMapping = valueMapping([
  { value: 1, text: 'up', color: colours.good },
  { value: 0, text: 'down', color: colours.bad },
  { value: -1, text: 'not monitored', color: colours.unknown },
]);

/** The words for unknown times: -1, or 1 for a row that only states that nothing is known. */
export const unknownTime: ValueMapping = valueMapping([
  { value: -1, text: 'not known', color: colours.unknown },
  { value: 1, text: 'not known', color: colours.unknown },
]);

/** The words for maintenance: whether an administrator took the phone out of use. */
export const maintenance: ValueMapping = valueMapping([
  { value: 1, text: 'yes, maintenance', color: colours.warning },
  { value: 0, text: 'no', color: 'text' },
]);

/** The word for a start time of -1: there was no other state within the time range. */
export const longer: ValueMapping = valueMapping([{ value: -1, text: 'longer than shown', color: 'text' }]);

/** Returns the text of a cell without a value. */
export function nothing(text: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.Null, result: { text, color: colours.off, index: 9 } },
  };
}

/** The word and colour for one value. */
export interface Word {
  readonly value: number;
  readonly text: string;
  readonly color: string;
}

/** Maps values to words and colours. */
export function valueMapping(words: readonly Word[]): ValueMapping {
  const options = Object.fromEntries(words.map(({ value, text, color }, index) => [value, { text, color, index }]));
  return { type: MappingType.ValueToText, options };
}
