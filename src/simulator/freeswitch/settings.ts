import type { Kit } from '../kit/kit.ts';
import type { SimulatorOptions } from '../simulator.ts';
import type { Extension, Trunk } from '../kit/world.ts';
import type { PhonePings } from './phone-pings.ts';

/** A user of the directory, as far as HTTP is concerned. */
export interface DirectoryUser {
  readonly user: string;
  readonly domain: string;
  /** Left out: the user has none, or only an `a1-hash`, and gets in with any password. */
  readonly password?: string;
  /** The PIN of the voice mail, which counts as a password too. */
  readonly voicemailPassword?: string;
  /** `http-allowed-api`: commands by name, `any` for all. Left out: the user has no such parameter. */
  readonly allowed?: readonly string[];
}

/** A SIP profile. */
export interface Profile {
  readonly name: string;
  /** `STOPPED`: stopped by hand, or never started; it is in no answer. `DOWN`: in the middle of a restart. */
  state: 'RUNNING' | 'DOWN' | 'STOPPED';
  readonly aliases: readonly string[];
}

/** One row of a profile's list that no extension of the world stands for. */
export interface Registration {
  readonly profile: string;
  /** What stood in the To header, with its domain. */
  readonly user: string;
  readonly callId?: string;
  readonly contact?: string;
  readonly agent?: string;
  /** e.g. `Registered(WSS-NAT)`. */
  readonly status?: string;
  readonly pingStatus: string;
  readonly pingTime: string;
}

/** What a gateway says of itself; the rest follows from the trunk. */
export interface GatewayWords {
  readonly state: string;
  readonly status: string;
  readonly pingFrequency?: number;
  readonly pingTime?: string;
  readonly retry?: string;
}

/** What a test may change about the PBX while it runs. */
export interface FreeswitchSwitches {
  users: DirectoryUser[];
  /** `auth-user` and `auth-pass`: the account that may do everything. */
  superUser: { readonly user: string; readonly password: string } | undefined;
  /** `auth-realm`. Without it and without {@link superUser} everybody may do everything. */
  realm: string | undefined;
  /** `not ready` while the PBX stops: HTTP continues, the modules are gone. */
  readiness: 'ready' | 'not ready';
  modules: Set<'sofia' | 'callcenter'>;
  /** Whether the core has its database; without it there is no `show`. */
  database: boolean;
  profiles: Profile[];
  profileOf: (extension: Extension) => string;
  domainOf: (extension: Extension) => string;
  trunkProfileOf: (trunk: Trunk) => string;
  /** Words of single gateways by name, in place of those that follow from the world. */
  gatewayWords: Map<string, GatewayWords>;
  moreRegistrations: Registration[];
  /** Whether the directory is in XML files; where a backend answers for it, `list_users` shows nobody. */
  staticDirectory: boolean;
  sessionLimit: number;
}

/** What a FreeSWITCH simulator can be told. */
export interface FreeswitchOptions extends SimulatorOptions {
  /** Domain of the phones and of the account. Default: pbx.example.org. */
  readonly domain?: string;
  /** Initial values of switches. */
  readonly switches?: Partial<FreeswitchSwitches>;
}

/** The name and password of the exporter's user. Made up. */
export const exporterUser = { user: 'exporter', password: 'made-up-password' } as const;

/** Commands that the exporter's user may give: all that the page for administrators names. */
const exporterCommands = ['sofia', 'show', 'status', 'callcenter_config', 'list_users'] as const;

/** The switches as a well-kept installation has them. */
export function usualSwitches(domain: string): FreeswitchSwitches {
  return {
    users: [{ ...exporterUser, domain, allowed: exporterCommands }],
    superUser: undefined,
    realm: domain,
    readiness: 'ready',
    modules: new Set(['sofia', 'callcenter']),
    database: true,
    profiles: [
      { name: 'external', state: 'RUNNING', aliases: [] },
      { name: 'internal', state: 'RUNNING', aliases: [domain] },
    ],
    profileOf: () => 'internal',
    domainOf: () => domain,
    trunkProfileOf: () => 'external',
    gatewayWords: new Map(),
    moreRegistrations: [],
    staticDirectory: true,
    sessionLimit: 1000,
  };
}

/** What the commands of one simulated FreeSWITCH look at. */
export interface Parts {
  readonly kit: Kit;
  readonly switches: FreeswitchSwitches;
  readonly pings: PhonePings;
}
