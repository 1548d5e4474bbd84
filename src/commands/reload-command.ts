/** What decides which command reloads this process. */
export interface ReloadCircumstances {
  readonly processId: number;
  readonly platform: string;
  /** Text of `/proc/self/cgroup` (cgroups(7)); absent where there is none. */
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
