/** Releases that can be simulated, at least one of each generation. */
export const releaseNames = [
  '2020.2.857',
  '2021.2.194',
  '2021.4.175',
  '2022.1.99',
  '2023.1.223',
  '2023.2.206',
  '2024.1.114',
  '2024.2.111-dev',
  '2025.1.158-dev',
  '2026.1.223',
] as const;
/** One of {@link releaseNames}. */
export type Release = (typeof releaseNames)[number];

/** How releases differ, as far as a client can see. */
export interface Traits {
  readonly version: string;
  readonly generation: 'A' | 'B' | 'C' | 'D';
  /** What `reload` says after a good session login. */
  readonly loginReload: string | false;
  /** A login posted with a live cookie: checked as usual, taken as good without a look, or that and with secrets in the answer. */
  readonly liveLogin: 'checked' | 'unchecked' | 'secrets';
  /** At most nine session logins in five minutes, and "attempts left" in the text. */
  readonly loginLimit: boolean;
  /** Ids of `getPeersStatuses`: endpoint names, authentication names, or those with `-AUTH`. */
  readonly listIds: 'endpoint' | 'auth' | 'auth-suffix';
  /** Trunks in that list: all by their id, those with inbound registration as `-AUTH`, none, or (endpoints) with user names. */
  readonly listedTrunks: 'all' | 'inbound-auth' | 'none' | 'user-names';
  /** Device states that the list calls `OK`. */
  readonly okDevices: readonly string[];
  /** Whether rows have `detailed-state`. */
  readonly detailedState: boolean;
  /** Which contacts `getSipPeer` shows: the last one, all with suffixes, or web phones first. */
  readonly contacts: 'last' | 'suffixes' | 'web-first';
  /** A question about an unknown number puts every later answer of that process one behind. */
  readonly losesStep: boolean;
  /** After a start of Asterisk the first list of trunks of each API process lacks those that register with a provider. */
  readonly losesRegistrations: boolean;
  /** `extensions/getForSelect` exists. */
  readonly names: boolean;
  /** Trunks have ids of 2020. */
  readonly oldTrunkIds: boolean;
}

const idle = ['Not in use', 'Busy'];
const late: Traits = {
  version: '',
  generation: 'B',
  loginReload: false,
  liveLogin: 'unchecked',
  loginLimit: true,
  listIds: 'auth',
  listedTrunks: 'inbound-auth',
  okDevices: idle,
  detailedState: false,
  contacts: 'web-first',
  losesStep: false,
  losesRegistrations: false,
  names: true,
  oldTrunkIds: false,
};
const early: Traits = {
  ...late,
  generation: 'A',
  loginReload: 'index/index',
  liveLogin: 'checked',
  loginLimit: false,
  names: false,
};
const oldest: Traits = {
  ...early,
  listIds: 'endpoint',
  listedTrunks: 'all',
  contacts: 'last',
  losesStep: true,
  oldTrunkIds: true,
};

const table: Readonly<Record<Release, Omit<Traits, 'version'>>> = {
  '2020.2.857': oldest,
  '2021.2.194': oldest,
  '2021.4.175': { ...oldest, contacts: 'suffixes' },
  '2022.1.99': { ...early, listedTrunks: 'none', losesRegistrations: true },
  '2023.1.223': early,
  '2023.2.206': { ...late, liveLogin: 'secrets', loginLimit: false },
  '2024.1.114': late,
  '2024.2.111-dev': { ...late, okDevices: [...idle, 'Ringing'], detailedState: true },
  '2025.1.158-dev': {
    ...late,
    generation: 'C',
    okDevices: [...idle, 'Ringing'],
    detailedState: true,
    listIds: 'auth-suffix',
  },
  '2026.1.223': {
    ...late,
    generation: 'D',
    okDevices: [...idle, 'Ringing', 'In use'],
    detailedState: true,
    listIds: 'endpoint',
    listedTrunks: 'user-names',
  },
};

/** The traits of a release. */
export function traitsOf(release: Release): Traits {
  return { ...table[release], version: release };
}
