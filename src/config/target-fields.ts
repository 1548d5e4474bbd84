import { z } from 'zod';
import { collectors } from '../snapshot/reading.ts';
import { peerNameModes } from '../snapshot/record.ts';
import { proxyKey, tlsSchema } from './connection-fields.ts';
import { defaults, limits } from './defaults.ts';
import { formatDuration } from './duration.ts';
import { key } from './key-facts.ts';
import { labelMap } from './labels.ts';
import { accountKeys, hashKeys } from './secret-fields.ts';
import { baseUrl, webUrl } from './url.ts';
import { choice, duration, flag, literal, pattern, section, text, valueFacts, whole } from './values.ts';

/** Keys under `scrape:` that may be set again in a target; `inTarget` tells what holds where a target leaves them out. */
const scrapeKeys = (inTarget?: (name: string) => string) => ({
  interval: key(duration(), {
    fallback: inTarget?.('interval') ?? formatDuration(defaults.intervalMs),
    example: '60s',
    about:
      'Time from the start of one round to the start of the next; the first one starts at a random moment within it.',
  }),
  timeout: key(duration(), {
    fallback: inTarget?.('timeout') ?? formatDuration(defaults.timeoutMs),
    example: '15s',
    about: 'Time that one whole round of one target may take, login included.',
  }),
  stale_after: key(duration(), {
    fallback:
      inTarget?.('stale_after') ?? `${formatDuration(defaults.staleAfterMs)}, or three intervals where that is longer`,
    example: '5m',
    about: 'How long the last good values stay visible after a failed round.',
  }),
  requests_per_target: key(whole(limits.requestsPerTarget), {
    fallback: inTarget?.('requests_per_target') ?? String(defaults.requestsPerTarget),
    example: '1',
    about: 'Requests in flight towards one PBX at the same time.',
  }),
});

/** Keys under `scrape:`. */
export const scrapeSchema = z.strictObject({
  ...scrapeKeys(),
  concurrency: key(whole(limits.concurrency), {
    fallback: String(defaults.concurrency),
    example: '64',
    about: 'Targets that are asked at the same time; one that has kept us waiting for three seconds does not count.',
  }),
});

/** Keys under `peers:` of a target. */
export const peersSchema = z.strictObject({
  names: key(choice(peerNameModes), {
    fallback: defaults.peerNames,
    example: 'hash',
    about: 'Whether `pbx_peer_info` shows names of people as they are, as a keyed hash, or not at all.',
  }),
  ...hashKeys('the one under `peers` at the top; required with `names: hash`'),
  limit: key(whole(limits.peerLimit), {
    fallback: String(defaults.peerLimit),
    example: '200',
    about: 'Most peers of this PBX that get metrics; those beyond it are counted in `pbx_rows_skipped_total`.',
  }),
  user_agents: key(whole(limits.userAgents), {
    fallback: String(defaults.userAgents),
    example: '20',
    about:
      'Most user agents that `pbx_devices` tells apart, the most frequent ones; the others count as `other`. With 0 it is not shown.',
  }),
  devices: key(flag(), {
    fallback: 'false',
    example: 'true',
    about: 'Whether `pbx_peer_device_info` shows the device of each phone: one series more for each.',
  }),
  registration_expiry: key(flag(), {
    fallback: 'false',
    example: 'true',
    about:
      'Whether `pbx_peer_registration_expiry_timestamp_seconds` shows until when each phone is registered. It changes with every registration, so it costs much more than other series.',
  }),
  exclude: key(pattern(), {
    fallback: 'none',
    example: "'^(anonymous|lift-.*)$'",
    about:
      'Peers whose id (the label `peer`) matches are left out: no series, no count, no skipped row. Without `^` and `$` a part of the id is enough.',
  }),
  remember: key(duration(), {
    fallback: formatDuration(defaults.rememberMs),
    example: '72h',
    about:
      'Families whose PBX lists only phones that are present (FreeSWITCH): how long one that was seen stays as `unregistered` when it is missing. At most `limit` phones.',
  }),
  expected_file: key(text('file'), {
    fallback: 'none',
    example: '/etc/pbx-exporter/phones-hq.txt',
    about:
      'The same families: a file with phones that have to be there, seen or not, one id (the label `peer`) in a line, `#` for comments, at most `limit`. It is read again when it changes; one that cannot be used then leaves the list as it was.',
  }),
});

/** Keys under `trunks:`. */
export const trunksSchema = z.strictObject({
  exclude: key(pattern(), {
    fallback: 'none',
    example: "'^test-'",
    about:
      'Trunks whose id (the label `trunk`) matches are left out: no series, no count, no skipped row. Without `^` and `$` a part of the id is enough.',
  }),
});

const pbxName = literal()
  .refine((name) => name.trim() === name, { error: '{key} must not begin or end with a space' })
  .register(valueFacts, { words: 'text, unique', json: { type: 'string', pattern: String.raw`^\S(.*\S)?$` } });

const collectorWords = `list of ${collectors.join(', ')}`;
const collectorList = z
  .array(choice(collectors), { error: '{key} must be a list, such as [peers, trunks]' })
  .min(1, { error: '{key} is empty: name at least one collector, or leave the key out' })
  .register(valueFacts, {
    words: collectorWords,
    json: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: collectors } },
  });

/** What the schema of the family says more of. */
const familyOptions = z.unknown().register(valueFacts, { words: 'keys of the family', holdsMore: true });

/** Keys of a target. */
export const targetSchema = z.strictObject({
  name: key(pbxName, {
    fallback: 'required',
    example: 'hq',
    about: 'Your name for this PBX; becomes the label `pbx` of all its metrics.',
  }),
  family: key(text('name of a family'), {
    fallback: 'required',
    example: 'asterisk',
    about: 'The make of the PBX.',
  }),
  url: key(baseUrl, {
    fallback: 'required',
    example: 'https://pbx.example.org',
    about: 'Base URL of the PBX; a path prefix is kept.',
  }),
  web_url: key(webUrl, {
    fallback: 'the start of `url`, where the family serves its web page there (all but Asterisk)',
    example: 'https://pbx.example.org/admin',
    about: "Address of the PBX's own web page for people; the status page links to it, nothing is asked of it.",
  }),
  credentials: key(text('name from `credentials`'), {
    fallback: 'none',
    example: 'branches',
    about: "A shared account, instead of the target's own.",
  }),
  ...accountKeys,
  ...scrapeKeys((name) => `\`scrape.${name}\``),
  collect: key(collectorList, {
    fallback: `[${defaults.collect.join(', ')}], as far as the family has them`,
    example: '[peers, trunks]',
    about: 'What to read from this PBX.',
  }),
  proxy_url: proxyKey,
  tls: key(section(tlsSchema), {
    fallback: 'the certificate is checked against the known authorities, those of the machine among them',
    example: '{ server_name: pbx.local }',
    about: 'How an https:// URL is spoken to, and its certificate checked.',
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
    about: "Settings of the family's own; each is explained on the page of the family.",
  }),
});
