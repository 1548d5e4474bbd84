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

/** Differences between releases that a client can observe. */
export interface Traits {
  readonly version: string;
  readonly generation: 'A' | 'B' | 'C' | 'D';
  /** Value of `reload` after an accepted session login. */
  readonly loginReload: string | false;
  /**
   * A login sent with the cookie of a live session is `checked` as usual, accepted without a check (`unchecked`), or also
   * answered with SIP secrets (`secrets`).
   */
  readonly liveLogin: 'checked' | 'unchecked' | 'secrets';
  /** Whether session logins are limited to nine in five minutes, with "attempts left" in the text. */
  readonly loginLimit: boolean;
  /** Ids in `getPeersStatuses`: endpoint names, authentication names, or authentication names with `-AUTH`. */
  readonly listIds: 'endpoint' | 'auth' | 'auth-suffix';
  /**
   * Trunks in `getPeersStatuses`: all by id; only those with inbound registration, by id with `-AUTH`; none; or all, those
   * with inbound registration by user name and the others by id.
   */
  readonly listedTrunks: 'all' | 'inbound-auth' | 'none' | 'user-names';
  /** Device states that `getPeersStatuses` reports as `OK`. */
  readonly okDevices: readonly string[];
  /** Whether rows have `detailed-state`. */
  readonly detailedState: boolean;
  /** Contacts in `getSipPeer`: the last one, all with suffixes, or all with web phones first. */
  readonly contacts: 'last' | 'suffixes' | 'web-first';
  /** Whether a query for an unknown number makes all later answers of the API process lag by one request. */
  readonly answersDesynchronise: boolean;
  /** Whether, after a start of Asterisk, the first trunk list of each API process lacks outbound registrations. */
  readonly losesRegistrations: boolean;
  /** Whether `extensions/getForSelect` exists. */
  readonly names: boolean;
  /** Whether trunk ids have the format of 2020. */
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
  answersDesynchronise: false,
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
  answersDesynchronise: true,
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

/** Returns the traits of a release. */
export function traitsOf(release: Release): Traits {
  return { ...table[release], version: release };
}
