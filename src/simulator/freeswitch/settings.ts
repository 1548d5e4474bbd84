import type { Kit } from '../kit/kit.ts';
import type { SimulatorOptions } from '../simulator.ts';
import type { Extension, Trunk } from '../kit/world.ts';
import type { PhonePings } from './phone-pings.ts';

/** A user of the directory, with the parameters that concern HTTP. */
export interface DirectoryUser {
  readonly user: string;
  readonly domain: string;
  /** Absent if the user has no password or only an `a1-hash`; any password is then accepted. */
  readonly password?: string;
  /** PIN of the voice mail, which is also accepted as a password. */
  readonly voicemailPassword?: string;
  /** `http-allowed-api`: names of commands, `any` for all. Absent if the user lacks this parameter. */
  readonly allowed?: readonly string[];
}

/** A SIP profile. */
export interface Profile {
  readonly name: string;
  /** `STOPPED`: stopped by an administrator or never started; such a profile appears in no answer. `DOWN`: restarting. */
  state: 'RUNNING' | 'DOWN' | 'STOPPED';
  readonly aliases: readonly string[];
}

/** A registration of a profile that belongs to no extension of the world. */
export interface Registration {
  readonly profile: string;
  /** User and domain from the To header. */
  readonly user: string;
  readonly callId?: string;
  readonly contact?: string;
  readonly agent?: string;
  /** Registration status, e.g. `Registered(WSS-NAT)`. Default: `Registered(UDP)`. */
  readonly status?: string;
  readonly pingStatus: string;
  readonly pingTime: string;
}

/** State fields of a gateway; its other fields are derived from the trunk. */
export interface GatewayStatus {
  readonly state: string;
  readonly status: string;
  readonly pingFrequency?: number;
  readonly pingTime?: string;
  readonly retry?: string;
}

/** Settings that can be changed while the simulator runs. */
export interface FreeswitchSwitches {
  users: DirectoryUser[];
  /** `auth-user` and `auth-pass`: the account with all rights. */
  superUser: { readonly user: string; readonly password: string } | undefined;
  /** `auth-realm`. Without it and without {@link superUser}, everybody has all rights. */
  realm: string | undefined;
  /** `not ready` while the PBX stops: HTTP still works, but the modules are unloaded. */
  readiness: 'ready' | 'not ready';
  modules: Set<'sofia' | 'callcenter'>;
  /** Whether the core has its database; without it, `show` fails. */
  database: boolean;
  profiles: Profile[];
  profileOf: (extension: Extension) => string;
  domainOf: (extension: Extension) => string;
  trunkProfileOf: (trunk: Trunk) => string;
  /** State fields by gateway, overriding those derived from the world. */
  gatewayStatuses: Map<string, GatewayStatus>;
  moreRegistrations: Registration[];
  /** Whether the directory is in XML files; if a backend provides it, `list_users` is empty. */
  staticDirectory: boolean;
  sessionLimit: number;
}

/** Options of a simulated FreeSWITCH. */
export interface FreeswitchOptions extends SimulatorOptions {
  /** Domain of the phones and of the account. Default: pbx.example.org. */
  readonly domain?: string;
  /** Initial values of switches. */
  readonly switches?: Partial<FreeswitchSwitches>;
}

/** Made-up name and password of the exporter's user. */
export const exporterUser = { user: 'exporter', password: 'made-up-password' } as const;

/** Commands that the exporter's user may run: those on the documentation page for administrators. */
const exporterCommands = ['sofia', 'show', 'status', 'callcenter_config', 'list_users'] as const;

/** Returns the settings of a well-maintained installation. */
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
    gatewayStatuses: new Map(),
    moreRegistrations: [],
    staticDirectory: true,
    sessionLimit: 1000,
  };
}

/** The state of one simulated FreeSWITCH that its commands use. */
export interface FreeswitchParts {
  readonly kit: Kit;
  readonly switches: FreeswitchSwitches;
  readonly pings: PhonePings;
}
