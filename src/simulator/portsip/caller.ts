import type { SimulatorRequest } from '../kit/request.ts';
import { readForm, readJsonObject } from '../kit/request.ts';
import { otherDomain, tenantDomain } from './settings.ts';

/** An account of the simulated server. */
export interface PortsipAccount {
  readonly username: string;
  readonly password: string;
  /** SIP domain of the tenant. Absent for the system administrator. */
  readonly domain?: string;
  readonly role: string;
}

/** Made-up accounts: a read-only account in each tenant, and the system administrator. */
export const accounts = [
  { username: 'metrics', password: 'correct horse', domain: tenantDomain, role: 'Read Only' },
  { username: 'metrics', password: 'battery staple', domain: otherDomain, role: 'Read Only' },
  { username: 'admin', password: 'made-up-admin-3', role: 'SystemAdmin' },
] as const satisfies readonly PortsipAccount[];

/** The fields of a login request. */
export interface LoginFields {
  readonly username: unknown;
  readonly password: unknown;
  readonly domain: unknown;
}

/** Reads the fields of a login from JSON or from a form. */
export function loginFields(request: SimulatorRequest, format: 'json' | 'form'): LoginFields {
  if (format === 'json') {
    const { username, password, domain } = readJsonObject(request);
    return { username, password, domain };
  }
  const form = readForm(request);
  const field = (name: string): string | undefined => form.get(name) ?? undefined;
  return { username: field('username'), password: field('password'), domain: field('domain') };
}

/** Reports whether the fields match the schema of the API. */
export function isWellFormed({ username, password, domain }: LoginFields): boolean {
  const namePattern = /^(?!\.)[\w'.-]{1,64}(?<!\.)$/u;
  const domainFits = domain === undefined || (typeof domain === 'string' && domain.length > 0 && domain.length <= 280);
  return typeof username === 'string' && namePattern.test(username) && typeof password === 'string' && domainFits;
}

/** Returns the account, or the reason for a refusal; PortSIP distinguishes an unknown tenant from a wrong password. */
export function findAccount({
  username,
  password,
  domain,
}: LoginFields): PortsipAccount | 'wrong-password' | 'unknown-domain' {
  if (domain !== undefined && domain !== tenantDomain && domain !== otherDomain) return 'unknown-domain';
  const all: readonly PortsipAccount[] = accounts;
  const found = all.find((account) => account.domain === domain && account.username === username);
  return found !== undefined && found.password === password ? found : 'wrong-password';
}
