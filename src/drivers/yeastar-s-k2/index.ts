import { z } from 'zod';
import type { Driver, DriverSetup, Family } from '../driver.ts';
import { withoutApiPath } from '../kit/base-url.ts';
import { withRetryAfter } from '../kit/retry-after.ts';
import { queueNumbers } from '../yeastar/queue-numbers.ts';
import { collect, type CollectSettings } from './collect.ts';
import { EarlyTokenLoss, login, type LoginSettings, logout, renew } from './login.ts';
import { UnknownStates } from '../kit/state-table.ts';
import { generationOf, requests } from './requests.ts';
import { SystemCache } from '../yeastar/system-cache.ts';

const minuteMs = 60_000;

/** The differences between the S-Series and K2, as far as they concern the exporter. */
interface YeastarModel<Versions extends readonly [string, ...string[]]> {
  readonly name: string;
  readonly title: string;
  /** Versions of the API that the model supports. */
  readonly versions: Versions;
  readonly defaultVersion: Versions[number];
}

/** Creates a family with the API of the S-Series and K2. */
function yeastarFamily<const Versions extends readonly [string, ...string[]]>({
  name,
  title,
  versions,
  defaultVersion,
}: YeastarModel<Versions>): Family {
  const options = yeastarOptions(versions, defaultVersion);
  return {
    name,
    title,
    accounts: ['password'],
    collectors: ['peers', 'trunks', 'calls', 'queues', 'system'],
    requests,
    guard: {
      // The exporter waits until a lock is over, plus one minute.
      pauses: {
        bad_credentials: [minuteMs, 5 * minuteMs, 24 * 60 * minuteMs],
        config: [15 * minuteMs, 60 * minuteMs, 24 * 60 * minuteMs],
        locked_out: [11 * minuteMs],
      },
      // Five refused logins in a row lock our address for ten minutes ("Login"); the guides do not mention that old
      // refusals expire.
      refusals: { most: 4, by: 'address' },
    },
    // The web server of the PBX closes the connection after every answer.
    idleConnectionMs: 0,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    options,
    shortestInterval: {
      ms: 30_000,
      because: 'each request is a new TLS connection, and IP Auto Defense of the PBX blocks busy addresses',
    },
    baseUrl: withoutApiPath(/\/api(\/v[\d.]+)?/),
    create: (setup) => withRetryAfter(createDriver(setup, options.parse(setup.options)), setup.clock),
  };
}

type Options = ReturnType<ReturnType<typeof yeastarOptions>['parse']>;

function createDriver(setup: DriverSetup, options: Options): Driver {
  const { account, timing, clock, log } = setup;
  const { api_version: version, report_port: reportPort, report_address: reportAddress, queues } = options;
  const loginSettings: LoginSettings = {
    account,
    version,
    reportPort,
    timing,
    clock,
    ...(reportAddress === undefined ? {} : { reportAddress }),
  };
  const earlyTokenLoss = new EarlyTokenLoss(clock, log);
  const systemCache = new SystemCache(clock, timing);
  const generation = generationOf(version);
  const unknownStates = new UnknownStates(log);
  const collectSettings: CollectSettings = { version, generation, queues, unknownStates, systemCache };
  return {
    async login(sender) {
      systemCache.forget();
      const session = await login(sender, loginSettings);
      earlyTokenLoss.loggedIn();
      return session;
    },
    renew(sender, session) {
      systemCache.forget();
      return renew(sender, session, loginSettings);
    },
    logout: (sender, session) => logout(sender, session, loginSettings),
    collect: (conversation) => collect(conversation, collectSettings),
  };
}

/** Default port for event reports: the port in the examples of the guides. */
const defaultReportPort = 8260;

/** The options of an S-Series or K2, for the versions of the API that the model supports. */
function yeastarOptions<const Versions extends readonly [string, ...string[]]>(
  versions: Versions,
  defaultVersion: Versions[number],
) {
  return z.strictObject({
    api_version: z
      .enum<Versions>(versions)
      .default(() => defaultVersion)
      .describe('Version of the API to use.'),
    report_port: z
      .int()
      .min(1)
      .max(65_535)
      .default(defaultReportPort)
      .describe(
        'Port for event reports, which every login must contain. The PBX sends reports there if they are enabled; the exporter does not listen on it.',
      ),
    report_address: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Address of the exporter as seen by the PBX. Needed only for intervals over 20 minutes, because some firmware requires it in the heartbeat.',
      ),
    queues: queueNumbers.describe('Numbers of the queues to read with collector "queues".'),
  });
}

/**
 * Yeastar S50, S100 and S300 ("S-Series API" and "S-Series API 2.0", help.yeastar.com). Every firmware with an API
 * supports the default version.
 */
export const yeastarS = yeastarFamily({
  name: 'yeastar-s',
  title: 'Yeastar S-Series',
  versions: ['v1.0.0', 'v1.0.1', 'v1.0.6', 'v1.1.0', 'v2.0.0'],
  defaultVersion: 'v1.0.0',
});

/** Yeastar K2 ("K2 API" and "K2 API 2.0", help.yeastar.com). */
export const yeastarK2 = yeastarFamily({
  name: 'yeastar-k2',
  title: 'Yeastar K2',
  versions: ['v1.1.0', 'v2.0.0'],
  defaultVersion: 'v1.1.0',
});
