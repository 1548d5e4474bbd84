import type { TrunkState } from '../../../snapshot/reading.ts';

/**
 * Who says a word of a trunk, and of which kind of trunk: a word means what its source means by it.
 * `registry`: `getRegistry`, `providers`: `providers:getStatuses` (2025.1 and newer).
 */
export type TrunkSource =
  'registry-sip' | 'registry-sip-inbound' | 'registry-iax' | 'registry-iax-inbound' | 'providers-sip' | 'providers-iax';

/** What a word says. */
export interface TrunkWord {
  readonly state: TrunkState;
  /** Whether the trunk is registered; undefined where the word does not tell, or nobody registers. */
  readonly registered: boolean | undefined;
  /** Whether Asterisk must be there for the PBX to say so. While it is away, the API says the other words all the same. */
  readonly provesAsterisk: boolean;
}

type Row = readonly [word: string, state: TrunkState, registered: boolean | undefined, provesAsterisk: boolean];
const untold = undefined;

/**
 * Every word by its source. Sources: `src/PBXCoreREST/Lib/SIPStackProcessor.php`, `IAXStackProcessor.php` and
 * `Providers/GetStatusesAction.php` of MikoPBX, Asterisk's `chan_iax2.c`, and the running product 2022.1, 2024.1 and 2026.1.
 */
const rows: Readonly<Record<TrunkSource, readonly Row[]>> = {
  // We register there, or nobody registers (`OK`: configured, not checked). `REJECTED` is said of a silent or unknown server, too.
  'registry-sip': [
    ['REGISTERED', 'registered', true, true],
    ['UNREGISTERED', 'unregistered', false, true],
    ['REJECTED', 'rejected', false, true],
    ['OK', 'unmonitored', untold, true],
    ['UNKNOWN', 'unknown', untold, false],
    ['OFF', 'disabled', untold, false],
  ],
  // The far side registers here. Up to 2024 only: later `UNKNOWN` is said of all of them.
  'registry-sip-inbound': [
    ['REGISTERED', 'registered', true, true],
    ['UNREGISTERED', 'unregistered', false, true],
    ['REJECTED', 'rejected', false, true],
    ['OK', 'unmonitored', untold, true],
    ['UNKNOWN', 'unregistered', false, false],
    ['OFF', 'disabled', untold, false],
  ],
  // `noregister` 0. `ERROR REGISTER.` stands for trunks that are well, too.
  'registry-iax': [
    ['REGISTERED', 'registered', true, true],
    ['UNREGISTERED', 'unregistered', false, true],
    ['REQUEST SENT', 'registering', false, true],
    ['AUTH. SENT', 'registering', false, true],
    ['REJECTED', 'rejected', false, true],
    ['NO AUTHENTICATION', 'rejected', false, true],
    ['TIMEOUT', 'failed', false, true],
    ['ERROR REGISTER.', 'unknown', untold, false],
    ['UNKNOWN', 'unknown', untold, false],
    ['OFF', 'disabled', untold, false],
  ],
  // `noregister` 1: one that is gone reads `UNREACHABLE` for 20 s, and `UNKNOWN` once its registration has ended.
  'registry-iax-inbound': [
    ['OK', 'unmonitored', true, true],
    ['LAGGED', 'reachable', true, true],
    ['UNREACHABLE', 'unreachable', untold, true],
    ['UNKNOWN', 'unregistered', false, false],
    ['OFF', 'disabled', untold, false],
  ],
  // `UNREGISTERED` is said of every inbound trunk while Asterisk is away; its case has changed between versions.
  'providers-sip': [
    ['REGISTERED', 'registered', true, true],
    ['UNREGISTERED', 'unregistered', false, false],
    ['REJECTED', 'rejected', false, true],
    ['OK', 'unmonitored', untold, true],
    ['REACHABLE', 'reachable', untold, true],
    ['LAGGED', 'reachable', untold, true],
    ['UNREACHABLE', 'unreachable', untold, true],
    ['UNKNOWN', 'unknown', untold, false],
    ['OFF', 'disabled', untold, false],
  ],
  // A trunk that was made in the new form says `UNREGISTERED` for ever, whether it works or not.
  'providers-iax': [
    ['REGISTERED', 'registered', true, true],
    ['UNREGISTERED', 'unknown', untold, false],
    ['REJECTED', 'rejected', false, true],
    ['OK', 'unmonitored', untold, true],
    ['REACHABLE', 'reachable', untold, true],
    ['LAGGED', 'reachable', untold, true],
    ['UNREACHABLE', 'unreachable', untold, true],
    ['UNKNOWN', 'unknown', untold, false],
    ['OFF', 'disabled', untold, false],
  ],
};

/** Contact states of Asterisk, as 2025.1 shortens them and 2026.1 writes them: whether the far side answers OPTIONS. */
const contactWords: ReadonlyMap<string, boolean> = new Map([
  ['REACHABLE', true],
  ['AVAIL', true],
  ['AVAILABLE', true],
  ['UNREACHABLE', false],
  ['UNAVAIL', false],
  ['UNAVAILABLE', false],
]);

const tables: ReadonlyMap<string, ReadonlyMap<string, TrunkWord>> = new Map(
  Object.entries(rows).map(([source, words]) => [source, new Map(words.map(entryOf))]),
);

function entryOf([word, state, registered, provesAsterisk]: Row): readonly [string, TrunkWord] {
  return [word, { state, registered, provesAsterisk }];
}

/** What the word says, in whatever case it is written; undefined for a word that this source is not known to say. */
export function trunkWord(source: TrunkSource, word: string): TrunkWord | undefined {
  return tables.get(source)?.get(word.toUpperCase());
}

/** Whether the PBX can say so without Asterisk. A word that nobody knows comes from Asterisk. */
export function provesAsterisk(source: TrunkSource, word: string): boolean {
  return trunkWord(source, word)?.provesAsterisk ?? true;
}

/** Whether the admin has switched the trunk off. */
export function isSwitchedOff(word: string): boolean {
  return word.toUpperCase() === 'OFF';
}

/** Whether the far side answers, by the state of its contact; undefined where that does not tell. */
export function answersOptions(contactStatus: string): boolean | undefined {
  return contactWords.get(contactStatus.toUpperCase());
}
