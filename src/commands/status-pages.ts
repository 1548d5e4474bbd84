import { readdirSync, readFileSync } from 'node:fs';
import { systemClock } from '../clock.ts';
import { families } from '../drivers/index.ts';
import type { Exporter } from '../exporter.ts';
import type { ConfiguredTarget } from '../server/pages/view.ts';
import type { StatusPageSetup } from '../server/status-page.ts';

/** Inputs of the pages besides the exporter. */
export interface PagesSetup {
  readonly version: string;
  /** Returns the port on which the server listens. */
  readonly port: () => number;
  readonly web: { readonly tls: boolean; readonly login: boolean };
  readonly grafanaUrl?: URL | undefined;
  /** Whether the configuration comes from a file that can be reloaded. */
  readonly canReload: boolean;
}

/** Returns the dependencies of the HTML pages. */
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

/** Returns the families with documentation installed with the program. */
export function documentedFamilies(): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder).flatMap((name) => /^([a-z0-9-]+)\.md$/.exec(name)?.[1] ?? []));
  } catch {
    return new Set();
  }
}

/** Returns the documentation of a family as Markdown. Throws if there is none. */
export function readFamilyPage(family: string): string {
  return readFileSync(new URL(`${family}.md`, folder), 'utf8');
}

/** The facts that determine which command reloads this process. */
export interface ReloadContext {
  readonly processId: number;
  readonly platform: string;
  /** Text of `/proc/self/cgroup` (cgroups(7)); absent if there is none. */
  readonly controlGroups?: string | undefined;
  /** Whether a service manager expects messages from this process. */
  readonly isService: boolean;
  readonly port: number;
  readonly web: { readonly tls: boolean; readonly login: boolean };
}

/** Returns the command that reloads the configuration of this process, to be run on the same machine. */
export function reloadCommand(context: ReloadContext): string {
  const { processId, platform, controlGroups = '', isService, port, web } = context;
  const [, unit] = /^0::\/.*?([\w@:.-]+\.service)$/m.exec(controlGroups) ?? [];
  if (isService && unit !== undefined) return `sudo systemctl reload ${unit}`;
  // Process 1 runs in a container, and has another process id outside of it.
  if (processId !== 1 && platform !== 'win32') return `kill -HUP ${processId}`;
  const scheme = web.tls ? 'https' : 'http';
  const flags = [web.tls ? ' --insecure' : '', web.login ? ' --user NAME' : ''].join('');
  return `curl --request POST${flags} ${scheme}://localhost:${port}/-/reload`;
}
