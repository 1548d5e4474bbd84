import { z } from 'zod';
import type { Driver, DriverSetup, Family } from '../driver.ts';
import { withoutApiPath } from '../kit/base-url.ts';
import { withRetryAfter } from '../kit/retry-after.ts';
import { UnknownStates } from '../kit/state-table.ts';
import { collect } from './collect.ts';
import { PeerMemory } from './collect-peers.ts';
import { login, warnOfOpenServer } from './login.ts';
import { KnownProfiles } from './profiles.ts';
import { requests } from './requests.ts';
import type { Remembered } from './round.ts';
import { FailedGateways } from './trunks.ts';

const minuteMs = 60_000;

const options = z.strictObject({
  domain: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe(
      'Read only the phones of this SIP domain, and name them by the user only. Default: all domains, label user@domain.',
    ),
  profiles: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(50)
    .optional()
    .describe(
      'Read only these SIP profiles, and fail while one of them is not running. Default: all profiles; one that disappears counts as failed for 15 minutes.',
    ),
  inventory: z
    .enum(['registrations', 'list_users'])
    .default('registrations')
    .describe(
      'Which phones to show: those that register, or also all users of a static directory, read with list_users every 10 minutes.',
    ),
});

/** FreeSWITCH and the products based on it (FusionPBX, FS PBX), over mod_xml_rpc. */
export const freeswitch: Family = {
  name: 'freeswitch',
  title: 'FreeSWITCH',
  accounts: ['password'],
  accountWarnings,
  collectors: ['peers', 'trunks', 'calls', 'queues', 'system'],
  requests,
  presenceOnly: true,
  // FreeSWITCH itself never locks anybody out. A program that watches its log, or a proxy in front of it, may block
  // addresses after refused logins.
  guard: {
    pauses: { bad_credentials: [5 * minuteMs, 30 * minuteMs], config: [minuteMs, 15 * minuteMs] },
    refusals: { most: 4, windowMs: 60 * minuteMs, by: 'address' },
  },
  // The connection is closed after each answer.
  idleConnectionMs: 0,
  webPorts: '8080',
  options,
  addedPaths: ['/txtapi', '/xmlapi', '/webapi', '/RPC2'],
  baseUrl: withoutApiPath(/\/(?:txtapi|xmlapi|webapi|RPC2)/i),
  shortestInterval: {
    ms: 10_000,
    because: 'while FreeSWITCH writes the list of a profile, no phone can register there',
  },
  create: (setup) => withRetryAfter(createDriver(setup), setup.clock),
};

function createDriver(setup: DriverSetup): Driver {
  const { domain, profiles, inventory } = options.parse(setup.options);
  const remembered: Remembered = {
    settings: { domain, inventory },
    unknownStates: new UnknownStates(setup.log),
    knownProfiles: new KnownProfiles(setup.clock, profiles),
    peerMemory: new PeerMemory(setup.clock),
    failedGateways: new FailedGateways(),
    clock: setup.clock,
  };
  let wasAccepted = false;
  return {
    async login(sender) {
      const session = await login(sender, setup.account, wasAccepted);
      if (!wasAccepted) await warnOfOpenServer(sender, setup.log);
      wasAccepted = true;
      return session;
    },
    // There is no session to end.
    logout: () => Promise.resolve(),
    collect: (conversation) => collect(conversation, remembered),
  };
}

/** Maximum number of bytes of `user@domain:password`: FreeSWITCH up to 1.11.1 writes longer texts past the end of its buffer. */
const longestLogin = 59;

/**
 * Returns warnings about accounts that mod_xml_rpc refuses or handles badly. They are needed because it answers 401
 * regardless of the cause.
 */
export function accountWarnings(username: string, password: string): readonly string[] {
  const bytes = Buffer.byteLength(`${username}:${password}`);
  return [
    ...(username.includes('@')
      ? []
      : ['the user name has no @domain: FreeSWITCH then uses the domain from the url, which may be wrong']),
    ...(bytes <= longestLogin
      ? []
      : [
          `user name and password have ${bytes} bytes with the colon between them: FreeSWITCH up to 1.11.1 can crash beyond ${longestLogin}, use a shorter password`,
        ]),
    ...(/^[ -~]*$/.test(password)
      ? []
      : ['the password contains non-ASCII characters, which FreeSWITCH never accepts']),
  ];
}
