import { z } from 'zod';
import type { Family } from '../driver.ts';
import { withApiPath } from '../kit/base-url.ts';
import { PortsipDriver } from './driver.ts';
import { loginFlows } from './login.ts';
import { maximumPerSecond } from './request-budget.ts';
import { requests } from './requests.ts';

const minuteMs = 60_000;
/** Pauses after refusals of one account. The refusals of all accounts on a server have a separate limit. */
const refusedPauses = [15 * minuteMs, 30 * minuteMs, 60 * minuteMs];

const options = z.strictObject({
  domain: z
    .string()
    .min(1)
    .max(280)
    .optional()
    .describe(
      'SIP domain of the tenant. Required for every account of a tenant; omit it only for a system administrator or a dealer.',
    ),
  login_flow: z
    .enum(['auto', ...loginFlows])
    .default('auto')
    .describe('How to log in. auto uses the first way that this version of PortSIP supports, and stays with it.'),
  push: z
    .enum(['reachable', 'unregistered'])
    .default('reachable')
    .describe(
      'State of an extension that is registered only by mobile apps that sleep until a push message wakes them for a call.',
    ),
  requests_per_second: z
    .number()
    .int()
    .min(1)
    .max(maximumPerSecond)
    .default(10)
    .describe(
      'Maximum requests a second, on average, to this PortSIP server, for all targets together whose url has the same host and port; if they differ, the smallest number counts.',
    ),
});

/** PortSIP PBX v16.3 to v22.x over its REST API. */
export const portsip: Family = {
  name: 'portsip',
  title: 'PortSIP PBX',
  accounts: ['password'],
  collectors: ['peers', 'trunks', 'calls', 'system', 'security'],
  requests,
  guard: {
    pauses: {
      bad_credentials: refusedPauses,
      config: refusedPauses,
      locked_out: [60 * minuteMs],
      two_factor_required: [60 * minuteMs],
    },
    // Five failed logins block the address for an hour (`web_failed_auth_amount`, `web_blacklist_time_interval`). The period in which they
    // are counted is not published.
    refusals: { most: 4, windowMs: 60 * minuteMs, by: 'address' },
    // For a PBX that repeatedly drops its sessions, e.g. because a person uses the same account.
    limit: { logins: 20, windowMs: 60 * minuteMs, by: 'account' },
  },
  webPorts: '8888 (http) or 8887 (https); for 16.x 8899 (http) or 8900 (https)',
  idleConnectionMs: 15_000,
  options,
  shortestInterval: { ms: 30_000, because: 'the state of each extension costs one request' },
  // All paths of the API are below `/api`, which is often missing in the configured URL.
  baseUrl: withApiPath('/api'),
  create: (setup) => {
    const { domain, push, ...numbers } = options.parse(setup.options);
    const { login_flow: loginFlow, requests_per_second: requestsPerSecond } = numbers;
    const settings = { loginFlow, requestsPerSecond, push };
    return new PortsipDriver(setup, { ...settings, ...(domain === undefined ? {} : { domain }) });
  },
};
