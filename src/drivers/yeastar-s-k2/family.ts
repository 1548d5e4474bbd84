import type { Driver, DriverSetup, Family } from '../driver.ts';
import { withoutApiPath } from '../kit/base-url.ts';
import { withRetryAfter } from '../kit/retry-after.ts';
import { collect, type CollectSettings } from './collect.ts';
import { login, type LoginSettings, logout, renew } from './login.ts';
import { UnknownWords } from '../kit/state-table.ts';
import { yeastarOptions } from './options.ts';
import { generationOf, requests } from './requests.ts';
import { SystemCache } from '../yeastar/system-cache.ts';
import { EarlyTokenLoss } from './early-token-loss.ts';

const minuteMs = 60_000;

/** In what the S-Series and K2 differ, as far as the exporter is concerned. */
export interface YeastarModel<Versions extends readonly [string, ...string[]]> {
  readonly name: string;
  readonly title: string;
  /** Versions of the API that the model is known to speak. */
  readonly versions: Versions;
  readonly defaultVersion: Versions[number];
}

/** A family that speaks the API of the S-Series and K2. */
export function yeastarFamily<const Versions extends readonly [string, ...string[]]>({
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
      // A lock is waited out with a minute to spare.
      pauses: {
        bad_credentials: [minuteMs, 5 * minuteMs, 24 * 60 * minuteMs],
        config: [15 * minuteMs, 60 * minuteMs, 24 * 60 * minuteMs],
        locked_out: [11 * minuteMs],
      },
      // Five refused logins in a row lock our address for ten minutes ("Login"); no guide says that old ones are forgotten.
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
  const unknownWords = new UnknownWords(log);
  const collectSettings: CollectSettings = { version, generation, queues, unknownWords, systemCache };
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
