import { z } from 'zod';
import type { FamilyFacts } from '../../src/config/config.ts';

/** Fictional families: one with passwords and options, one with tokens and few collectors. */
export const families: readonly FamilyFacts[] = [
  {
    name: 'acme-one',
    accounts: ['password'],
    collectors: ['peers', 'trunks', 'calls', 'queues', 'system'],
    addedPaths: ['/rpc', '/rpc.xml'],
    options: z.strictObject({
      login_flow: z.enum(['auto', 'classic', 'modern']).default('auto'),
      report_port: z.int().min(1).max(65_535).optional(),
      trunk_pattern: z.string().refine(isPattern, 'is not a regular expression').optional(),
      api_key: z.string().optional(),
      prefixes: z.array(z.string()).optional(),
    }),
  },
  {
    name: 'acme-cloud',
    accounts: ['token'],
    collectors: ['peers', 'trunks'],
    options: z.strictObject({ domain: z.string() }),
    shortestInterval: { ms: 60_000, because: 'it answers each account once a minute only' },
  },
];

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}
