import { collectors } from '../snapshot/reading.ts';
import { peerNameModes } from '../snapshot/record.ts';
import { defaults, limits } from './defaults.ts';
import type { Range } from './defaults.ts';
import { formatDuration } from './duration.ts';
import type { KeyFacts } from './key-facts.ts';
import { proxyField } from './connection-fields.ts';
import { accountFields, hashKeyFields } from './secret-fields.ts';

const duration = `duration from ${formatDuration(limits.durationMs.from)} to ${formatDuration(limits.durationMs.to)}`;
/** The words for a range of whole numbers. */
export const numbers = (range: Range) => `whole number from ${range.from} to ${range.to}`;

/** Keys under `scrape:` that may be set again in a target. */
export const scrapeFields: readonly KeyFacts[] = [
  {
    key: 'interval',
    value: duration,
    fallback: formatDuration(defaults.intervalMs),
    example: '60s',
    about:
      'Time from the start of one round to the start of the next; the first one starts at a random moment within it.',
  },
  {
    key: 'timeout',
    value: duration,
    fallback: formatDuration(defaults.timeoutMs),
    example: '15s',
    about: 'Time that one whole round of one target may take, login included.',
  },
  {
    key: 'stale_after',
    value: duration,
    fallback: `${formatDuration(defaults.staleAfterMs)}, or three intervals where that is longer`,
    example: '5m',
    about: 'How long the last good values stay visible after a failed round.',
  },
  {
    key: 'requests_per_target',
    value: numbers(limits.requestsPerTarget),
    fallback: String(defaults.requestsPerTarget),
    example: '1',
    about: 'Requests in flight towards one PBX at the same time.',
  },
];

/** Keys of a target. */
export const targetFields: readonly KeyFacts[] = [
  {
    key: 'name',
    value: 'text, unique',
    fallback: 'required',
    example: 'hq',
    about: 'Your name for this PBX; becomes the label `pbx` of all its metrics.',
  },
  {
    key: 'family',
    value: 'name of a family',
    fallback: 'required',
    example: 'asterisk',
    about: 'The make of the PBX.',
  },
  {
    key: 'url',
    value: 'http:// or https:// URL',
    fallback: 'required',
    example: 'https://pbx.example.org',
    about: 'Base URL of the PBX; a path prefix is kept.',
  },
  {
    key: 'web_url',
    value: 'http:// or https:// URL',
    fallback: 'the start of `url`, where the family serves its web page there (all but Asterisk)',
    example: 'https://pbx.example.org/admin',
    about: "Address of the PBX's own web page for people; the status page links to it, nothing is asked of it.",
  },
  {
    key: 'credentials',
    value: 'name from `credentials`',
    fallback: 'none',
    example: 'branches',
    about: "A shared account, instead of the target's own.",
  },
  ...accountFields,
  ...scrapeFields.map((field) => ({ ...field, fallback: `\`scrape.${field.key}\`` })),
  {
    key: 'collect',
    value: `list of ${collectors.join(', ')}`,
    fallback: `[${defaults.collect.join(', ')}], as far as the family has them`,
    example: '[peers, trunks]',
    about: 'What to read from this PBX.',
  },
  proxyField,
  {
    key: 'tls',
    value: 'keys below',
    fallback: 'the certificate is checked against the known authorities, those of the machine among them',
    example: '{ server_name: pbx.local }',
    about: 'How an https:// URL is spoken to, and its certificate checked.',
  },
  {
    key: 'labels',
    value: 'names and texts',
    fallback: 'none',
    example: '{ site: berlin }',
    about: 'Labels of your choice, on `pbx_target_info` only.',
  },
  {
    key: 'peers',
    value: 'keys below',
    fallback: 'all defaults',
    example: '{ names: hash }',
    about: 'How extensions and phones are shown.',
  },
  {
    key: 'trunks',
    value: 'keys below',
    fallback: 'all defaults',
    example: "{ exclude: '^test-' }",
    about: 'Which trunks are shown.',
  },
  {
    key: 'options',
    value: 'keys of the family',
    fallback: 'all defaults',
    example: '{}',
    about: "Settings of the family's own; each is explained on the page of the family.",
  },
];

/** Keys under `peers:`. */
export const peerFields: readonly KeyFacts[] = [
  {
    key: 'names',
    value: `one of ${peerNameModes.join(', ')}`,
    fallback: defaults.peerNames,
    example: 'hash',
    about: 'Whether `pbx_peer_info` shows names of people as they are, as a keyed hash, or not at all.',
  },
  ...hashKeyFields,
  {
    key: 'limit',
    value: numbers(limits.peerLimit),
    fallback: String(defaults.peerLimit),
    example: '200',
    about: 'Most peers of this PBX that get metrics; those beyond it are counted in `pbx_rows_skipped_total`.',
  },
  {
    key: 'exclude',
    value: 'regular expression',
    fallback: 'none',
    example: "'^(anonymous|lift-.*)$'",
    about:
      'Peers whose id (the label `peer`) matches are left out: no series, no count, no skipped row. Without `^` and `$` a part of the id is enough.',
  },
];

/** Keys under `trunks:`. */
export const trunkFields: readonly KeyFacts[] = [
  {
    key: 'exclude',
    value: 'regular expression',
    fallback: 'none',
    example: "'^test-'",
    about:
      'Trunks whose id (the label `trunk`) matches are left out: no series, no count, no skipped row. Without `^` and `$` a part of the id is enough.',
  },
];
