import type { Config, TargetConfig } from '../config/config.ts';
import type { Terminal } from './terminal.ts';

/** What was asked for. */
interface Wanted {
  readonly name?: string | undefined;
  readonly configFile: string;
  /** What could be given instead of a name. */
  readonly otherwise?: string;
}

/** The target of that name; says which ones there are when there is none, or no name, and gives undefined. */
export function pickTarget(
  config: Config,
  { name, configFile, otherwise = '' }: Wanted,
  terminal: Terminal,
): TargetConfig | undefined {
  const target = config.targets.find((candidate) => candidate.name === name);
  if (target !== undefined) return target;
  const names = config.targets.map((candidate) => candidate.name).join(', ');
  terminal.error(
    name === undefined
      ? `Which PBX? Name one of the targets of ${configFile}: ${names}${otherwise}\n`
      : `There is no target ${JSON.stringify(name)} in ${configFile}. Its targets: ${names}\n`,
  );
  return undefined;
}
