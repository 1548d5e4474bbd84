import { z } from 'zod';
import type { Driver, DriverSetup, Family } from '../driver.ts';
import { collect } from './collect.ts';
import { login, logout, renew } from './login.ts';
import { PbxMemory } from './memory.ts';
import { requests } from './requests.ts';

const minuteMs = 60_000;

const options = z.strictObject({
  api: z
    .enum(['auto', 'legacy', 'v3'])
    .default('auto')
    .describe(
      'Which API the PBX has: `legacy` up to 2024, `v3` since 2025.1. `auto` detects it with one public request without credentials.',
    ),
  details_per_round: z
    .number()
    .int()
    .min(0)
    .max(2_000)
    .default(100)
    .describe(
      'Legacy API only: maximum number of phones whose contacts and roundtrip are read in a round, with one request each. The others follow in the next rounds.',
    ),
  ban_guard: z
    .boolean()
    .default(true)
    .describe(
      'Legacy API only: send nothing for up to half an hour after the PBX refused two requests, because it bans an address at the third. Turn it off if the PBX never bans this address.',
    ),
});

/** MikoPBX, all generations: the session login up to 2024, API keys and tokens from 2025.1 on. */
export const mikopbx: Family = {
  name: 'mikopbx',
  title: 'MikoPBX',
  accounts: ['password', 'token'],
  collectors: ['peers', 'trunks', 'calls', 'system', 'storage', 'security'],
  requests,
  guard: {
    pauses: {
      // See `refusals`: after two refusals within half an hour, nothing is sent.
      bad_credentials: [35 * minuteMs, 60 * minuteMs],
      // The PBX counts logins in windows of five minutes, including those of other clients behind our address.
      locked_out: [6 * minuteMs, 15 * minuteMs, 60 * minuteMs],
      rate_limited: [6 * minuteMs, 11 * minuteMs, 21 * minuteMs, 41 * minuteMs, 61 * minuteMs],
    },
    // Up to 2024, the third refused request within 30 minutes causes a ban of twelve hours. One minute is added because clocks differ.
    refusals: { most: 2, windowMs: 31 * minuteMs, by: 'address' },
    // The PBX accepts nine logins within five minutes, successful or not, from all clients behind our address.
    limit: { logins: 4, windowMs: 5 * minuteMs, by: 'address' },
  },
  // The PBX's nginx keeps idle connections longer than this.
  idleConnectionMs: 15_000,
  options,
  shortestInterval: {
    ms: 10_000,
    because:
      'versions up to 2024 need a request for each phone, and newer ones update their lists only every 10 to 30 s',
  },
  create: createDriver,
};

function createDriver(setup: DriverSetup): Driver {
  const memory = new PbxMemory(setup, options.parse(setup.options));
  return {
    login: (sender) => login(sender, memory),
    renew: (sender, session) => renew(sender, session, memory),
    logout,
    collect: (conversation) => collect(conversation, memory),
  };
}
