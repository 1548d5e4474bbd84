import type { AccountConfig, Config, PeersConfig, ProxyConfig, TargetConfig, TlsConfig } from './config.ts';
import { defaults } from './defaults.ts';
import { formatDuration } from './duration.ts';
import { hiddenText } from './secret.ts';
import { looksSecret } from './secret-parts.ts';

/** Returns the running configuration as plain data with the keys of the file. Defaults are filled in; secrets become `<secret>`. */
export function redactedConfig(config: Config): Record<string, unknown> {
  const { concurrency, journal = defaults.journal, targets } = config;
  return {
    scrape: { concurrency },
    journal: { per_pbx: journal.perPbx, total: journal.total },
    targets: targets.map(redactedTarget),
  };
}

function redactedTarget(target: TargetConfig): Record<string, unknown> {
  return {
    name: target.name,
    family: target.family,
    url: target.url.href,
    ...(target.webUrl === undefined ? {} : { web_url: target.webUrl.href }),
    ...redactedAccount(target.account),
    interval: formatDuration(target.intervalMs),
    timeout: formatDuration(target.timeoutMs),
    stale_after: formatDuration(target.staleAfterMs),
    requests_per_target: target.requestsPerTarget,
    collect: [...target.collect],
    tls: redactedTls(target.tls),
    ...redactedProxy(target.proxy),
    labels: { ...target.labels },
    peers: redactedPeers(target.peers),
    trunks: pattern(target.trunks.exclude),
    options: redactedOptions(target.options),
  };
}

function redactedTls(tls: TlsConfig): Record<string, unknown> {
  const { caFile, serverName, insecureSkipVerify, minVersion, securityLevel, legacyRenegotiation } = tls;
  return {
    ...(caFile === undefined ? {} : { ca_file: caFile }),
    ...(serverName === undefined ? {} : { server_name: serverName }),
    insecure_skip_verify: insecureSkipVerify,
    ...(minVersion === undefined ? {} : { min_version: minVersion }),
    ...(securityLevel === undefined ? {} : { security_level: securityLevel }),
    ...(legacyRenegotiation === undefined ? {} : { legacy_renegotiation: legacyRenegotiation }),
  };
}

function redactedProxy(proxy: ProxyConfig | undefined): { proxy_url?: string } {
  if (proxy === undefined) return {};
  const { protocol, host } = proxy.url;
  return { proxy_url: `${protocol}//${proxy.account === undefined ? '' : `${hiddenText}@`}${host}` };
}

function redactedPeers({ names, hashKey, limit, exclude, ...others }: PeersConfig): Record<string, unknown> {
  const { rememberMs = defaults.rememberMs, expected } = others;
  return {
    names,
    ...(hashKey === undefined ? {} : { hash_key: hiddenText }),
    limit,
    user_agents: others.userAgents,
    devices: others.devices,
    registration_expiry: others.registrationExpiry,
    ...pattern(exclude),
    ...(rememberMs === defaults.rememberMs ? {} : { remember: formatDuration(rememberMs) }),
    ...(expected === undefined ? {} : { expected_file: expected.file }),
  };
}

function pattern(exclude: RegExp | undefined): { exclude?: string } {
  return exclude === undefined ? {} : { exclude: exclude.source };
}

function redactedAccount(account: AccountConfig): Record<string, string> {
  if (account.kind === 'token') return { token: hiddenText };
  return { username: account.username, password: hiddenText };
}

function redactedOptions(options: TargetConfig['options']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, looksSecret(key) ? hiddenText : value]),
  );
}
