import { readFileSync } from 'node:fs';
import { systemClock } from '../clock.ts';
import { families } from '../drivers/index.ts';
import type { Exporter } from '../exporter.ts';
import type { ConfiguredTarget } from '../server/pages/view.ts';
import type { StatusPageSetup } from '../server/status-page.ts';
import { documentedFamilies } from './family-pages.ts';
import { reloadCommand } from './reload-command.ts';

/** What the pages need beside the exporter. */
export interface PagesSetup {
  readonly version: string;
  /** Port that is listened on. */
  readonly port: () => number;
  readonly web: { readonly tls: boolean; readonly login: boolean };
  readonly grafanaUrl?: URL | undefined;
  /** Whether the configuration comes from a file that can be read again. */
  readonly canReload: boolean;
}

/** What the pages for people are made from, and what leads them to. */
export function statusPages(exporter: Exporter, setup: PagesSetup): StatusPageSetup & Pick<Exporter, 'journal'> {
  const { fleet, hashName, journal, guards } = exporter;
  return {
    fleet: () => fleet,
    clock: systemClock,
    version: setup.version,
    hashName,
    journal,
    stateProblem: () => guards.stateProblem,
    configured: (name) => configuredTarget(exporter, name),
    documented: documentedFamilies(),
    grafanaUrl: setup.grafanaUrl,
    ...(setup.canReload && { reloadCommand: () => ownReloadCommand(setup) }),
  };
}

function configuredTarget({ config }: Exporter, name: string): ConfiguredTarget | undefined {
  const target = config.targets.find((one) => one.name === name);
  if (target === undefined) return undefined;
  const { url, webUrl, file } = target;
  const family = families.find((one) => one.name === target.family);
  const webPage = webUrl ?? (family?.servesWebPage === false ? undefined : new URL('/', url));
  return { url, ...(webPage !== undefined && { webPage }), ...(file !== undefined && { file }) };
}

function ownReloadCommand({ port, web }: PagesSetup): string {
  const { env: environment, pid: processId, platform } = process;
  const isService = (environment['NOTIFY_SOCKET'] ?? '') !== '';
  return reloadCommand({ processId, platform, controlGroups: readControlGroups(), isService, port: port(), web });
}

function readControlGroups(): string | undefined {
  try {
    return readFileSync('/proc/self/cgroup', 'utf8');
  } catch {
    return undefined;
  }
}
