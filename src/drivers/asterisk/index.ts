import { z } from 'zod';
import type { Driver, DriverSetup, Family } from '../driver.ts';
import { withRetryAfter } from '../kit/retry-after.ts';
import { UnknownStates } from '../kit/state-table.ts';
import { ActionSupport } from './action-support.ts';
import { collect, type CollectSettings, type Remembered } from './collect.ts';
import { ConfiguredHosts } from './older/configured-hosts.ts';
import { loginMd5, loginPlain, logoff, requireNewLogin } from './login.ts';
import { ListCache } from './list-cache.ts';
import { QualityCollector } from './quality/collect-quality.ts';
import { requests } from './requests.ts';
import { RestartDetector } from './restart-detector.ts';

const minuteMs = 60_000;

const options = z.strictObject({
  auth: z
    .enum(['plain', 'md5'])
    .default('plain')
    .describe('How to log in: the secret itself, or an MD5 answer to a challenge.'),
  trunk_pattern: z
    .string()
    .refine(isRegularExpression, 'is not a valid regular expression')
    .optional()
    .describe(
      'Endpoints and peers whose name matches this regular expression are trunks. Default: those with a fixed address (a static contact) and a name that is not all digits.',
    ),
  static_contacts: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(50)
    .describe(
      'Maximum number of endpoints with static contacts that are read individually in a round; beyond that, their device state is used.',
    ),
  running_legs: z
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(100)
    .describe(
      'With collector `quality`: maximum number of running call legs that are read individually in a round; 0 = none.',
    ),
  timezone: z
    .string()
    .refine(isTimeZone, 'is not a time zone name such as Europe/Berlin')
    .optional()
    .describe(
      'Time zone of the PBX, e.g. Europe/Berlin. Asterisk reports its start in local time without a zone, so pbx_uptime_seconds is missing without this option.',
    ),
});

/** Asterisk and the products based on it, over AMI over HTTP (`http.conf`, `manager.conf`). */
export const asterisk: Family = {
  name: 'asterisk',
  title: 'Asterisk',
  accounts: ['password'],
  collectors: ['peers', 'trunks', 'calls', 'queues', 'system', 'quality'],
  requests,
  // Right after a start of Asterisk, a refusal can mean that the manager is not loaded yet, so the second try follows
  // without a pause. The later pauses are long enough not to trigger fail2ban, which FreePBX and Issabel run on the log
  // of failed logins. Right after a start, the path may also be missing for a moment (404, `config`).
  guard: {
    pauses: {
      bad_credentials: [0, minuteMs, 15 * minuteMs, 60 * minuteMs],
      config: [0, minuteMs, 15 * minuteMs],
    },
    // fail2ban, as configured by Debian and FreePBX, bans an address at the fifth refusal within ten minutes.
    refusals: { most: 4, windowMs: 10 * minuteMs, by: 'address' },
    // With allowmultiplelogin=no, a second login is refused while the first session exists.
    oneSession: true,
  },
  // Asterisk drops idle connections after 15 s (session_keep_alive of http.conf).
  idleConnectionMs: 10_000,
  webPorts: '8088 (http) or 8089 (https)',
  servesWebPage: false,
  options,
  addedPaths: ['/rawman', '/manager', '/mxml', '/arawman', '/amanager', '/amxml'],
  shortestInterval: { ms: 5_000, because: 'every list is created inside the PBX process' },
  create: (setup) => withRetryAfter(createDriver(setup), setup.clock),
};

function createDriver(setup: DriverSetup): Driver {
  const {
    auth,
    trunk_pattern: trunkPattern,
    static_contacts: staticContacts,
    timezone: timeZone,
    running_legs: runningLegs,
  } = options.parse(setup.options);
  const settings: CollectSettings = {
    staticContacts,
    requestsPerTarget: setup.requestsPerTarget,
    clock: setup.clock,
    wallTime: () => setup.clock.wallTime(),
    unknownStates: new UnknownStates(setup.log),
    ...(trunkPattern === undefined ? {} : { trunkPattern: new RegExp(trunkPattern, 'u') }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
  const actionSupport = new ActionSupport(setup.clock, setup.log);
  const remembered: Remembered = {
    actionSupport,
    restartDetector: new RestartDetector(setup.clock),
    listCache: new ListCache(setup),
    hosts: new ConfiguredHosts(setup.clock),
    quality: new QualityCollector({ ...settings, runningLegs }, setup.log),
  };
  const login = auth === 'md5' ? loginMd5 : loginPlain;
  return {
    async login(sender) {
      const session = await login(sender, setup.account);
      actionSupport.loggedIn();
      return session;
    },
    renew: (sender, session) => requireNewLogin(sender, session, actionSupport.isOutdated(session)),
    logout: logoff,
    collect: (conversation) => collect(conversation, settings, remembered),
    betweenRounds: {
      longestPauseMs: () => remembered.quality.longestPauseMs,
      ask: (conversation) => remembered.quality.listen(conversation),
    },
  };
}

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
