import { z } from 'zod';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { Driver, DriverSetup, Family, Sender, Session } from '../driver.ts';
import { withoutApiPath } from '../kit/base-url.ts';
import { UnknownStates } from '../kit/state-table.ts';
import { detectFlavor } from './generation.ts';
import { createLegacyDriver } from './legacy/index.ts';
import { createModernDriver } from './modern/index.ts';
import { withRetryAfter } from '../kit/retry-after.ts';
import { requests } from './requests.ts';
import type { Flavor, Settings } from './shared/settings.ts';

const minuteMs = 60_000;

const options = z.strictObject({
  flavor: z
    .enum(['auto', 'legacy', 'modern'])
    .default('auto')
    .describe('Which Webitel this is: legacy (engine 3), modern (release 20 and later), or auto to detect it.'),
  domain: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe(
      'SIP domain to read. Legacy: required for root, which sees all domains. Modern: only if the login has a separate domain.',
    ),
  parked_gateways: z
    .enum(['unregistered', 'disabled'])
    .default('unregistered')
    .describe(
      'Legacy: state of a gateway that is DOWN, which means attached to no SIP profile. Use disabled if gateways are DOWN on purpose.',
    ),
  page_size: z.number().int().min(1).max(1_000).default(200).describe('Modern: rows per request.'),
  record_access: z
    .enum(['check', 'ignore'])
    .default('check')
    .describe(
      'Modern: what to do if record-based access can hide rows from the account. check: the collector fails, and the rows that were read are shown; ignore: the list counts as complete.',
    ),
});

/** Webitel, both the legacy engine (version 3) and the modern releases (20 and later). */
export const webitel: Family = {
  name: 'webitel',
  title: 'Webitel',
  accounts: ['password', 'token'],
  collectors: ['peers', 'trunks', 'calls', 'queues', 'system'],
  requests,
  // Webitel itself locks nobody out. Proxies in front of it may, and each modern login can use up a licence.
  guard: {
    pauses: {
      bad_credentials: [minuteMs, 15 * minuteMs, 60 * minuteMs],
      config: [15 * minuteMs],
    },
    refusals: { most: 4, windowMs: 60 * minuteMs, by: 'account' },
    limit: { logins: 30, windowMs: 60 * minuteMs, by: 'account' },
  },
  webPorts: '443 (https), or 10022 of a legacy engine itself',
  // The engine closes idle connections after 5 s.
  idleConnectionMs: 4_000,
  options,
  shortestInterval: { ms: 5_000, because: 'the legacy engine reads every list from its console over a single line' },
  // The vendor's examples show the base URL of the legacy API with `/api/v2` at its end, but the login is not below that path.
  baseUrl: withoutApiPath(/\/api\/v2/),
  create: (setup) => withRetryAfter(createDriver(setup), setup.clock),
};

function createDriver(setup: DriverSetup): Driver {
  const settings = readSettings(setup);
  const { flavor: wanted } = options.parse(setup.options);
  const flavors = { legacy: createLegacyDriver(settings), modern: createModernDriver(settings) };
  let flavor: Flavor | undefined = wanted === 'auto' ? undefined : wanted;
  const chosen = (): Driver => {
    if (flavor === undefined) throw new Failure('config', 'the flavor of this Webitel is not known yet');
    return flavors[flavor];
  };
  return {
    async login(sender: Sender): Promise<Session> {
      flavor ??= await detectFlavor(sender);
      try {
        return await chosen().login(sender);
      } catch (thrown) {
        // These failures may mean that the PBX was replaced by the other product, so the next login detects the product again.
        if (wanted === 'auto' && speaksOfAnotherApi(asFailure(thrown))) flavor = undefined;
        throw thrown;
      }
    },
    logout: (sender, session) => chosen().logout(sender, session),
    collect: (conversation) => chosen().collect(conversation),
  };
}

function readSettings(setup: DriverSetup): Settings {
  const chosen = options.parse(setup.options);
  const { domain, page_size: pageSize, record_access: recordAccess, parked_gateways: parkedGateways } = chosen;
  return {
    pbx: setup.pbx,
    url: setup.url,
    account: setup.account,
    parkedGateways,
    pageSize,
    checkRecordAccess: recordAccess === 'check',
    unknownStates: new UnknownStates(setup.log),
    clock: setup.clock,
    random: setup.random,
    ...(domain === undefined ? {} : { domain }),
  };
}

function speaksOfAnotherApi({ reason }: Failure): boolean {
  return reason === 'config' || reason === 'protocol';
}
