import type { Kit } from '../kit/kit.ts';
import type { PhonePings } from './phone-pings.ts';
import type { FreeswitchSwitches } from './settings.ts';

/** What the commands of one simulated FreeSWITCH look at. */
export interface Parts {
  readonly kit: Kit;
  readonly switches: FreeswitchSwitches;
  readonly pings: PhonePings;
}
