import type { Config, TargetConfig } from '../config/config.ts';
import type { Terminal } from './terminal.ts';

/** The target of that name; says which ones there are when there is none, and gives undefined. */
export function pickTarget(
  config: Config,
  { name, configFile }: { readonly name: string; readonly configFile: string },
  terminal: Terminal,
): TargetConfig | undefined {
  const target = config.targets.find((candidate) => candidate.name === name);
  if (target !== undefined) return target;
  const names = config.targets.map((candidate) => candidate.name).join(', ');
  terminal.error(`There is no target ${JSON.stringify(name)} in ${configFile}. Its targets: ${names}\n`);
  return undefined;
}
