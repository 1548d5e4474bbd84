import type { LegacySwitches } from '../settings.ts';

/** The engine's only connection to its console. */
export interface Console {
  /**
   * Sends a command whose correct reply is `reply`. Replies carry no id and go to the command that has waited longest, so
   * after a lost reply, every command gets the reply to the next one. Never resolves if no reply comes; resolves to
   * undefined if the console is not connected.
   */
  ask(reply: string): Promise<string | undefined>;
  /** Adds another client's command whose reply gets lost; from then on, all replies are shifted by one command. */
  desynchroniseReplies(): void;
  /** Number of commands that wait for a reply; `apiQueue` in the status. */
  readonly waiting: number;
  /** Forgets all waiting commands, as a restart of the engine does. */
  reset(): void;
}

/** Makes the console of a simulated engine. */
export function createConsole(switches: LegacySwitches): Console {
  let waiting: ((reply: string) => void)[] = [];
  return {
    get waiting() {
      return waiting.length;
    },
    reset: () => void (waiting = []),
    desynchroniseReplies: () => void waiting.push(() => {}),
    ask(reply) {
      if (switches.console === 'offline') return Promise.resolve(undefined);
      return new Promise((resolve) => {
        waiting.push(resolve);
        if (switches.console === 'hang') return;
        if (switches.lostReplies > 0) {
          switches.lostReplies -= 1;
          return;
        }
        waiting.shift()?.(switches.consoleReply ?? reply);
      });
    },
  };
}
