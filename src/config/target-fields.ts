import { z } from 'zod';
import { collectors } from '../snapshot/reading.ts';
import { peerNameModes } from '../snapshot/record.ts';
import { accountKeys, hashKeys, proxyKey, tlsSchema } from './connection-fields.ts';
import { defaults, limits } from './defaults.ts';
import { formatDuration } from './duration.ts';
import { choice, duration, flag, key, literal, pattern, section, text, valueFacts, wholeNumber } from './values.ts';
import { baseUrl, webUrl } from './url.ts';

const wellFormed = /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/;
const taken = ['pbx', 'family'];

/** The name of a label. The messages do not begin with the name. */
export const labelName = z
  .string()
  .refine((name) => !taken.includes(name), {
    error: ({ input }) => `the label ${String(input)} is set by the exporter: choose another name`,
    abort: true,
  })
  .refine((name) => !name.startsWith('__'), {
    error: 'label names that begin with __ are reserved by Prometheus',
    abort: true,
  })
  .regex(wellFormed, { error: 'a label name has letters, digits and _ only, and does not begin with a digit' });

/** The value of a label. */
export const labelValue = literal();

/** Names and values of labels. */
const labelMap = z
  .record(labelName, labelValue)
  .nullable()
  .register(valueFacts, {
    description: 'names and texts',
    holdsMore: true,
    json: {
      type: ['object', 'null'],
      propertyNames: { pattern: wellFormed.source, not: { enum: taken } },
      additionalProperties: { type: 'string' },
    },
  });

/** Keys under `scrape:` that a target can override; `inTarget` returns the default of a key that the target omits. */
const scrapeKeys = (inTarget?: (name: string) => string) => ({
  interval: key(duration(), {
    fallback: inTarget?.('interval') ?? formatDuration(defaults.intervalMs),
    example: '60s',
    about:
      'Time from the start of one round to the start of the next; the first round starts at a random time within this interval.',
  }),
  timeout: key(duration(), {
    fallback: inTarget?.('timeout') ?? formatDuration(defaults.timeoutMs),
    example: '15s',
    about: 'Maximum time for one whole round of one target, login included.',
  }),
  stale_after: key(duration(), {
    fallback:
      inTarget?.('stale_after') ?? `${formatDuration(defaults.staleAfterMs)}, or three intervals where that is longer`,
    example: '5m',
    about: 'How long the last good values stay visible after a failed round.',
  }),
  requests_per_target: key(wholeNumber(limits.requestsPerTarget), {
    fallback: inTarget?.('requests_per_target') ?? String(defaults.requestsPerTarget),
    example: '1',
    about: 'Maximum number of concurrent requests to one PBX.',
  }),
});

/** Keys under `scrape:`. */
export const scrapeSchema = z.strictObject({
  ...scrapeKeys(),
  concurrency: key(wholeNumber(limits.concurrency), {
    fallback: String(defaults.concurrency),
    example: '64',
    about:
      'Maximum number of targets polled at the same time; a target that has not answered for three seconds does not count.',
  }),
});

/** Keys under `peers:` of a target. */
export const peersSchema = z.strictObject({
  names: key(choice(peerNameModes), {
    fallback: defaults.peerNames,
    example: 'hash',
    about: 'Whether `pbx_peer_info` shows names of people in plain text, as a keyed hash, or not at all.',
  }),
  ...hashKeys('the one under `peers` at the top; required with `names: hash`'),
  limit: key(wholeNumber(limits.peerLimit), {
    fallback: String(defaults.peerLimit),
    example: '200',
    about: 'Maximum number of peers of this PBX with metrics; the rest are counted in `pbx_rows_skipped_total`.',
  }),
  user_agents: key(wholeNumber(limits.userAgents), {
    fallback: String(defaults.userAgents),
    example: '20',
    about:
      'Maximum number of user agents that `pbx_devices` shows separately, the most frequent ones; the rest count as `other`. With 0, the metric is not shown.',
  }),
  devices: key(flag(), {
    fallback: 'false',
    example: 'true',
    about: 'Whether `pbx_peer_device_info` shows the device of each phone: one additional series per phone.',
  }),
  registration_expiry: key(flag(), {
    fallback: 'false',
    example: 'true',
    about:
      'Whether `pbx_peer_registration_expiry_timestamp_seconds` shows until when each phone is registered. It changes with every registration, so it costs much more storage than other series.',
  }),
  exclude: key(pattern(), {
    fallback: 'none',
    example: "'^(anonymous|lift-.*)$'",
    about:
      'Peers whose id (the label `peer`) matches are left out: no series, no count, no skipped row. Without `^` and `$`, the expression matches any part of the id.',
  }),
  remember: key(duration(), {
    fallback: formatDuration(defaults.rememberMs),
    example: '72h',
    about:
      'For families whose PBX lists only connected phones (FreeSWITCH): how long a missing phone is shown as `unregistered`. At most `limit` phones.',
  }),
  expected_file: key(text('file'), {
    fallback: 'none',
    example: '/etc/pbx-exporter/phones-hq.txt',
    about:
      'For the same families: a file with phones that must always be shown. It has one id (the label `peer`) per line, `#` for comments, and at most `limit` phones. The file is read again when it changes; if it cannot be used, the previous list stays.',
  }),
});

/** Keys under `trunks:`. */
export const trunksSchema = z.strictObject({
  exclude: key(pattern(), {
    fallback: 'none',
    example: "'^test-'",
    about:
      'Trunks whose id (the label `trunk`) matches are left out: no series, no count, no skipped row. Without `^` and `$`, the expression matches any part of the id.',
  }),
});

const pbxName = literal()
  .refine((name) => name.trim() === name, { error: '{key} must not begin or end with a space' })
  .register(valueFacts, { description: 'text, unique', json: { type: 'string', pattern: String.raw`^\S(.*\S)?$` } });

const collectorWords = `list of ${collectors.join(', ')}`;
const collectorList = z
  .array(choice(collectors), { error: '{key} must be a list, such as [peers, trunks]' })
  .min(1, { error: '{key} is empty: name at least one collector, or leave the key out' })
  .register(valueFacts, {
    description: collectorWords,
    json: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: collectors } },
  });

/** The options of a family; its own schema defines the keys. */
const familyOptions = z.unknown().register(valueFacts, { description: 'keys of the family', holdsMore: true });

/** Keys of a target. */
export const targetSchema = z.strictObject({
  name: key(pbxName, {
    fallback: 'required',
    example: 'hq',
    about: 'Your name for this PBX; used as the label `pbx` of all its metrics.',
  }),
  family: key(text('name of a family'), {
    fallback: 'required',
    example: 'asterisk',
    about: 'The kind of PBX.',
  }),
  url: key(baseUrl, {
    fallback: 'required',
    example: 'https://pbx.example.org',
    about: 'Base URL of the PBX; a path prefix is kept.',
  }),
  web_url: key(webUrl, {
    fallback: 'scheme, host and port of `url`, if the family serves its web page there (all except Asterisk)',
    example: 'https://pbx.example.org/admin',
    about: "Address of the PBX's own web page. The status page links to it; the exporter sends no requests to it.",
  }),
  credentials: key(text('name from `credentials`'), {
    fallback: 'none',
    example: 'branches',
    about: "A shared account, instead of the target's own.",
  }),
  ...accountKeys,
  ...scrapeKeys((name) => `\`scrape.${name}\``),
  collect: key(collectorList, {
    fallback: `[${defaults.collect.join(', ')}], if the family has them`,
    example: '[peers, trunks]',
    about: 'What to read from this PBX.',
  }),
  proxy_url: proxyKey,
  tls: key(section(tlsSchema), {
    fallback: 'the certificate is checked against the known authorities, including those of the machine',
    example: '{ server_name: pbx.local }',
    about: 'TLS settings and certificate checks for https:// URLs.',
  }),
  labels: key(labelMap, {
    fallback: 'none',
    example: '{ site: berlin }',
    about: 'Labels of your choice, on `pbx_target_info` only.',
  }),
  peers: key(section(peersSchema), {
    fallback: 'all defaults',
    example: '{ names: hash }',
    about: 'How extensions and phones are shown.',
  }),
  trunks: key(section(trunksSchema), {
    fallback: 'all defaults',
    example: "{ exclude: '^test-' }",
    about: 'Which trunks are shown.',
  }),
  options: key(familyOptions, {
    fallback: 'all defaults',
    example: '{}',
    about: 'Settings specific to the family; explained on the page of the family.',
  }),
});
