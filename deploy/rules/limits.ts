import { callsNearOwnLimit } from './service.ts';
import type { Alert, Group, Recording } from './rule.ts';
import { indented, type Words } from './words.ts';

const day = 86_400;

/** Returns the group about limited resources, and about licences and certificates with a known expiry date. */
export function limitsGroup(words: Words): Group {
  return {
    name: 'pbx-limits',
    rules: [...recorded(words), pbxNearLimit(words), pbxLicenseEnds(words), pbxCertificateEnds(words)],
  };
}

function recorded({ id, held, heldOfCollector }: Words): readonly Recording[] {
  return [
    {
      record: 'pbx:used_ratio:held',
      why: 'Share of each limit that is in use.',
      expr: heldOfCollector(
        'pbx:used_ratio:held',
        'system',
        `max by (${id}, resource) (pbx_used) / max by (${id}, resource) (pbx_limit)`,
      ),
    },
    {
      record: 'pbx:license_expiry_timestamp_seconds:held',
      why: 'When licences expire.',
      expr: heldOfCollector(
        'pbx:license_expiry_timestamp_seconds:held',
        'system',
        `min by (${id}, kind) (pbx_license_expiry_timestamp_seconds)`,
      ),
    },
    {
      record: 'pbx:tls_certificate_expiry_timestamp_seconds:held',
      why: 'When certificates expire.',
      expr: held(
        'pbx:tls_certificate_expiry_timestamp_seconds:held',
        `min by (${id}) (pbx_tls_certificate_expiry_timestamp_seconds)`,
      ),
    },
  ];
}

function pbxNearLimit(words: Words): Alert {
  const { id, withLabels, pbx } = words;
  const calls = callsNearOwnLimit(words);
  // Calls near both limits cause only one alert, PbxCallsNearLimit.
  const told =
    calls === undefined ? '' : `\nunless on (${id}, resource) label_replace(${calls}, "resource", "calls", "", "")`;
  return {
    alert: 'PbxNearLimit',
    why: 'Only resources for which the PBX reports a limit. Extensions and users can stay near their limit for years; the runbook explains what to do then.',
    expr: withLabels(`pbx:used_ratio:held >= 0.9${told}`),
    for: '5m',
    keep_firing_for: '15m',
    severity: 'warning',
    summary: `${pbx} uses {{ $value | humanizePercentage }} of its {{ $labels.resource }}`,
    description: `${pbx} uses {{ $value | humanizePercentage }} of the {{ $labels.resource }} that it or its licence allows. At the limit, calls are refused, or no more phones can be added. Free some capacity, or raise the limit.`,
    dashboard: 'pbx',
  };
}

function pbxLicenseEnds({ withLabels, pbx }: Words): Alert {
  return {
    alert: 'PbxLicenseEnds',
    why: 'A month, because ordering a licence takes time.',
    expr: withLabels(endsWithin('pbx:license_expiry_timestamp_seconds:held', 30)),
    for: '15m',
    keep_firing_for: '1h',
    severity: 'warning',
    summary: `{{ if eq $labels.kind "maintenance" }}The maintenance{{ else }}The licence{{ end }} of ${pbx} {{ if lt $value 0.0 }}has expired{{ else }}expires in {{ $value | humanizeDuration }}{{ end }}`,
    description: `{{ if eq $labels.kind "maintenance" }}Without maintenance, {{ $labels.pbx }} gets no new versions or security fixes, and no support from its vendor.{{ else }}Without a licence, {{ $labels.pbx }} may stop accepting calls.{{ end }} Renew it.`,
    dashboard: 'pbx',
  };
}

function pbxCertificateEnds({ withLabels, pbx }: Words): Alert {
  return {
    alert: 'PbxCertificateEnds',
    why: 'Two weeks, because certificates with automatic renewal are renewed earlier.',
    expr: withLabels(endsWithin('pbx:tls_certificate_expiry_timestamp_seconds:held', 14)),
    for: '15m',
    keep_firing_for: '1h',
    severity: 'warning',
    summary: `The certificate of ${pbx} {{ if lt $value 0.0 }}has expired{{ else }}expires in {{ $value | humanizeDuration }}{{ end }}`,
    description: `This is the earliest expiry date in the certificate chain that ${pbx}, {{ $labels.family }}, sends on its web address. After that date, phones, browsers and this exporter refuse the certificate. Renew it on the PBX; if it should renew automatically, find out why it did not.`,
    dashboard: 'pbx',
  };
}

/** The remaining seconds, if fewer than a number of days. */
function endsWithin(record: string, days: number): string {
  return `(\n${indented(`${record} - time()`)}\n) < ${days * day}`;
}
