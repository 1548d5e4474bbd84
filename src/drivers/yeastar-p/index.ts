import { z } from 'zod';
import type { Driver, DriverSetup, Family } from '../driver.ts';
import { withoutApiPath } from '../kit/base-url.ts';
import { withRetryAfter } from '../kit/retry-after.ts';
import { UnknownStates } from '../kit/state-table.ts';
import { queueNumbers } from '../yeastar/queue-numbers.ts';
import { SystemCache } from '../yeastar/system-cache.ts';
import { collect, type CollectSettings } from './collect.ts';
import { login, logout, renew } from './login.ts';
import { PageReader } from './pagination.ts';
import { requests } from './requests.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const options = z.strictObject({
  devices: z
    .enum(['all', 'phones'])
    .default('all')
    .describe('Which devices make an extension reachable: any online device including Linkus apps, or only phones.'),
  queues: queueNumbers.describe('Numbers of the queues to read with collector "queues". Default: all queues.'),
});

/** Yeastar P-Series Appliance, Software and Cloud Edition ("P-Series Developer Guide", help.yeastar.com). */
export const yeastarP: Family = {
  name: 'yeastar-p',
  title: 'Yeastar P-Series',
  accounts: ['password'],
  collectors: ['peers', 'trunks', 'calls', 'queues', 'system'],
  requests,
  guard: {
    // After the third refusal, the exporter practically stops logging in. A ninth token is refused until one of the
    // eight ends.
    pauses: {
      bad_credentials: [minuteMs, 5 * minuteMs, 30 * dayMs],
      config: [15 * minuteMs, 60 * minuteMs, dayMs],
      locked_out: [60 * minuteMs],
      rate_limited: [5 * minuteMs, 10 * minuteMs],
    },
    // Five failed logins block our address until an administrator removes it ("Remove Blocked API IP Addresses").
    refusals: { most: 4, by: 'address' },
  },
  // The PBX closes the connection after every answer.
  idleConnectionMs: 0,
  // Without a user agent, the PBX does not answer ("Request Structure").
  headers: { 'user-agent': 'OpenAPI' },
  options,
  shortestInterval: { ms: 10_000, because: 'each request is a new TLS connection' },
  baseUrl: withoutApiPath(/\/openapi(\/v[\d.]+)?/),
  create: (setup) => withRetryAfter(createDriver(setup), setup.clock),
};

function createDriver({ account, options: given, clock, log, timing }: DriverSetup): Driver {
  const { devices: counted, queues } = options.parse(given);
  const systemCache = new SystemCache(clock, timing);
  const settings: CollectSettings = {
    counted,
    queues,
    unknownStates: new UnknownStates(log),
    systemCache,
    pages: new PageReader(clock),
  };
  return {
    login(sender) {
      systemCache.forget();
      return login(sender, account, clock);
    },
    renew(sender, session) {
      systemCache.forget();
      return renew(sender, session, clock);
    },
    logout,
    collect: (conversation) => collect(conversation, settings),
  };
}
