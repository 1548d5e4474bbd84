import { readdirSync, readFileSync } from 'node:fs';
import { systemClock } from '../clock.ts';
import { families } from '../drivers/index.ts';
import type { Exporter } from '../exporter.ts';
import type { ConfiguredTarget } from '../server/pages/view.ts';
import type { StatusPageSetup } from '../server/status-page.ts';

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

const folder = new URL('../../docs/families/', import.meta.url);

/** Families whose documentation came with the program. */
export function documentedFamilies(): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder).flatMap((name) => /^([a-z0-9-]+)\.md$/.exec(name)?.[1] ?? []));
  } catch {
    return new Set();
  }
}

/** The documentation of a family, as Markdown. Throws if there is none. */
export function readFamilyPage(family: string): string {
  return readFileSync(new URL(`${family}.md`, folder), 'utf8');
}

/** What decides which command reloads this process. */
export interface ReloadCircumstances {
  readonly processId: number;
  readonly platform: string;
  /** Text of `/proc/self/cgroup` (cgroups(7)); absent if there is none. */
  readonly controlGroups?: string | undefined;
  /** Whether a service manager waits for messages of this process. */
  readonly isService: boolean;
  readonly port: number;
  readonly web: { readonly tls: boolean; readonly login: boolean };
}

/** The command that makes this very process read its configuration again, to be typed on its machine. */
export function reloadCommand(circumstances: ReloadCircumstances): string {
  const { processId, platform, controlGroups = '', isService, port, web } = circumstances;
  const [, unit] = /^0::\/.*?([\w@:.-]+\.service)$/m.exec(controlGroups) ?? [];
  if (isService && unit !== undefined) return `sudo systemctl reload ${unit}`;
  // Process 1 is that of a container: outside of it the process has another number.
  if (processId !== 1 && platform !== 'win32') return `kill -HUP ${processId}`;
  const scheme = web.tls ? 'https' : 'http';
  const flags = [web.tls ? ' --insecure' : '', web.login ? ' --user NAME' : ''].join('');
  return `curl --request POST${flags} ${scheme}://localhost:${port}/-/reload`;
}
