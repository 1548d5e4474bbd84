import { readFileSync } from 'node:fs';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { suggest } from '../../src/config/suggest.ts';
import { alertNames } from './alert-names.ts';

/** Valid label names of Prometheus. */
const label = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/);

const settingsSchema = z.strictObject({
  /** Labels that together identify a PBX; `pbx` is the last one. */
  identity: z
    .array(label)
    .refine((labels) => labels.at(-1) === 'pbx', 'the last one must be "pbx"')
    .default(['pbx']),
  /** Labels of `pbx_target_info` on every alert of a PBX, in addition to family and site. */
  labels: z.array(label).default([]),
  /** Prefix of the links to pages of docs/runbooks. */
  runbook_url: z.string().default('docs/runbooks'),
  /** URL of Grafana. If absent, there are no links to dashboards. */
  dashboard_url: z.url().optional(),
  /** Expected number of exporters. Default: the maximum seen at the same time in the last six hours. */
  exporters: z.int().positive().optional(),
});

/** Settings of an installation, from `deploy/prometheus/settings.yml`. */
export type Settings = z.infer<typeof settingsSchema>;

/** Names of all thresholds. */
export const thresholdNames = [
  'data_age_seconds',
  'peers_lost_ratio',
  'peers_lost',
  'roundtrip_microseconds',
  'trunk_roundtrip_microseconds',
  'trunk_state_changes',
  'lossy_legs_ratio',
  'queue_waiting_callers',
  'calls_limit',
] as const;

/** One of {@link thresholdNames}. */
export type ThresholdName = (typeof thresholdNames)[number];

/** Default values of the thresholds that can be changed for a PBX or site. */
export const thresholdDefaults = {
  data_age_seconds: 900,
  peers_lost_ratio: 0.25,
  peers_lost: 50,
  roundtrip_microseconds: 300_000,
  trunk_roundtrip_microseconds: 300_000,
  trunk_state_changes: 5,
  lossy_legs_ratio: 0.2,
  queue_waiting_callers: 10,
  calls_limit: undefined,
} as const satisfies Readonly<Record<ThresholdName, number | undefined>>;

const where = z
  .record(label, z.string())
  .refine((labels) => Object.keys(labels).length > 0, 'name a PBX, a site or another label of it');

const alert = z.enum(alertNames, { error: ({ input }) => noSuchAlert(input) });

const thresholdsSchema = z.strictObject({
  thresholds: z
    .array(z.strictObject({ of: where, set: z.partialRecord(z.enum(thresholdNames), z.number()) }))
    .nullish()
    .transform((list) => list ?? []),
  severities: z
    .array(z.strictObject({ of: where, alert, severity: z.enum(['critical', 'warning', 'info']) }))
    .nullish()
    .transform((list) => list ?? []),
});

/** Settings for some PBXs, from `deploy/prometheus/thresholds.yml`. The first match applies. */
export type Thresholds = z.infer<typeof thresholdsSchema>;

/** Parses settings. Throws an error with the location of the fault. */
export function parseSettings(text: string): Settings {
  return checked('settings.yml', settingsSchema, text);
}

/** Parses thresholds. Throws an error with the location of the fault. */
export function parseThresholds(text: string): Thresholds {
  return checked('thresholds.yml', thresholdsSchema, text);
}

function checked<Read>(file: string, schema: z.ZodType<Read>, text: string): Read {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [fault] = document.errors;
  if (fault !== undefined) throw new Error(`${file}: ${fault.message}`);
  const result = schema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    const where = path.length === 0 ? '' : `${z.core.toDotPath(path)}: `;
    return `${file}:${line}:${col}: ${where}${message}`;
  });
  throw new Error(problems.join('\n'));
}

/** The offset of the value at a path, or of its nearest existing parent. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  const node = document.getIn(path.slice(), true);
  if (isNode(node)) return node.range?.[0] ?? 0;
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
}

function noSuchAlert(name: unknown): string {
  if (typeof name !== 'string') return 'the name of an alert is missing';
  const near = suggest(name, alertNames);
  return `no alert is called "${name}"${near === undefined ? '' : `; did you mean ${near}?`}`;
}

const folder = new URL('../prometheus/', import.meta.url);

/** The committed settings file, used by all later runs of the generator. */
export const settingsFile = new URL('settings.yml', folder);

/** Reads the committed settings and thresholds. */
export function committedSettings(): { readonly settings: Settings; readonly thresholds: Thresholds } {
  return {
    settings: parseSettings(readFileSync(settingsFile, 'utf8')),
    thresholds: parseThresholds(readFileSync(new URL('thresholds.yml', folder), 'utf8')),
  };
}
