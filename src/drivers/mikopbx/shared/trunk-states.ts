import type { TrunkState } from '../../../snapshot/reading.ts';
import { StateTable } from '../../kit/state-table.ts';

/**
 * The source of a word, and the kind of trunk: the same word has a different meaning in each source. `registry`:
 * `getRegistry`, `providers`: `providers:getStatuses` (2025.1 and newer).
 */
export type TrunkSource =
  'registry-sip' | 'registry-sip-inbound' | 'registry-iax' | 'registry-iax-inbound' | 'providers-sip' | 'providers-iax';

/** The meaning of a word. */
export interface TrunkMeaning {
  readonly state: TrunkState;
  /** Whether the trunk is registered; undefined if the word does not show it, or if nothing registers. */
  readonly registered: boolean | undefined;
  /** Whether the PBX reports this word only while Asterisk is running. The API also reports the other words while it is not. */
  readonly provesAsterisk: boolean;
}

function means(state: TrunkState, registered: boolean | undefined, provesAsterisk: boolean): TrunkMeaning {
  return { state, registered, provesAsterisk };
}

const notReported = undefined;

/**
 * Every word by its source. Sources: `src/PBXCoreREST/Lib/SIPStackProcessor.php`, `IAXStackProcessor.php` and
 * `Providers/GetStatusesAction.php` of MikoPBX, Asterisk's `chan_iax2.c`, and the running product 2022.1, 2024.1 and 2026.1.
 */
export const trunkStates: Readonly<Record<TrunkSource, StateTable<TrunkMeaning>>> = {
  // The PBX registers with the provider, or neither side registers (`OK`: configured, not checked). `REJECTED` is also reported if the
  // server is silent or unknown.
  'registry-sip': new StateTable({
    REGISTERED: means('registered', true, true),
    UNREGISTERED: means('unregistered', false, true),
    REJECTED: means('rejected', false, true),
    OK: means('unmonitored', notReported, true),
    UNKNOWN: means('unknown', notReported, false),
    OFF: means('disabled', notReported, false),
  }),
  // The far side registers here. Up to 2024 only: later versions report `UNKNOWN` for all of these trunks.
  'registry-sip-inbound': new StateTable({
    REGISTERED: means('registered', true, true),
    UNREGISTERED: means('unregistered', false, true),
    REJECTED: means('rejected', false, true),
    OK: means('unmonitored', notReported, true),
    UNKNOWN: means('unregistered', false, false),
    OFF: means('disabled', notReported, false),
  }),
  // `noregister` 0. `ERROR REGISTER.` is also reported for trunks that work.
  'registry-iax': new StateTable({
    REGISTERED: means('registered', true, true),
    UNREGISTERED: means('unregistered', false, true),
    'REQUEST SENT': means('registering', false, true),
    'AUTH. SENT': means('registering', false, true),
    REJECTED: means('rejected', false, true),
    'NO AUTHENTICATION': means('rejected', false, true),
    TIMEOUT: means('failed', false, true),
    'ERROR REGISTER.': means('unknown', notReported, false),
    UNKNOWN: means('unknown', notReported, false),
    OFF: means('disabled', notReported, false),
  }),
  // `noregister` 1: a trunk that is gone shows `UNREACHABLE` for 20 s, and `UNKNOWN` once its registration has ended.
  'registry-iax-inbound': new StateTable({
    OK: means('unmonitored', true, true),
    LAGGED: means('reachable', true, true),
    UNREACHABLE: means('unreachable', notReported, true),
    UNKNOWN: means('unregistered', false, false),
    OFF: means('disabled', notReported, false),
  }),
  // Every inbound trunk shows `UNREGISTERED` while Asterisk is down; the case of the word has changed between versions.
  'providers-sip': new StateTable({
    REGISTERED: means('registered', true, true),
    UNREGISTERED: means('unregistered', false, false),
    REJECTED: means('rejected', false, true),
    OK: means('unmonitored', notReported, true),
    REACHABLE: means('reachable', notReported, true),
    LAGGED: means('reachable', notReported, true),
    UNREACHABLE: means('unreachable', notReported, true),
    UNKNOWN: means('unknown', notReported, false),
    OFF: means('disabled', notReported, false),
  }),
  // A trunk created in the new form always shows `UNREGISTERED`, whether it works or not.
  'providers-iax': new StateTable({
    REGISTERED: means('registered', true, true),
    UNREGISTERED: means('unknown', notReported, false),
    REJECTED: means('rejected', false, true),
    OK: means('unmonitored', notReported, true),
    REACHABLE: means('reachable', notReported, true),
    LAGGED: means('reachable', notReported, true),
    UNREACHABLE: means('unreachable', notReported, true),
    UNKNOWN: means('unknown', notReported, false),
    OFF: means('disabled', notReported, false),
  }),
};

/** Contact states of Asterisk, abbreviated (2025.1) or in full (2026.1), and whether the far side answers OPTIONS. */
export const contactStates = new StateTable<boolean>({
  REACHABLE: true,
  AVAIL: true,
  AVAILABLE: true,
  UNREACHABLE: false,
  UNAVAIL: false,
  UNAVAILABLE: false,
});

/** Returns the meaning of a word, regardless of its case; undefined if the word is not known for this source. */
export function trunkMeaning(source: TrunkSource, word: string): TrunkMeaning | undefined {
  return trunkStates[source].find(word);
}

/** Reports whether the word proves that Asterisk is running. A word that is not known comes from Asterisk. */
export function provesAsterisk(source: TrunkSource, word: string): boolean {
  return trunkMeaning(source, word)?.provesAsterisk ?? true;
}

/** Reports whether the administrator has switched the trunk off. */
export function isSwitchedOff(word: string): boolean {
  return word.toUpperCase() === 'OFF';
}

/** Reports whether the far side answers, by the state of its contact; undefined if the state does not show it. */
export function answersOptions(contactStatus: string): boolean | undefined {
  return contactStates.find(contactStatus);
}
