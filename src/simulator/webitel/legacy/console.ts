import type { LegacySwitches } from '../settings.ts';

/** The engine's one line to its console. */
export interface Console {
  /**
   * Sends a command whose correct reply is `reply`. Replies carry no number and go to the command that has waited
   * longest: after a lost reply, every command gets the reply to the next one. Never resolves if no reply comes;
   * resolves to undefined if the console is not connected.
   */
  ask(reply: string): Promise<string | undefined>;
  /** A command of somebody else, whose reply gets lost: from then on one command more waits than there are replies. */
  loseReply(): void;
  /** Commands that wait for a reply, `apiQueue` in the status. */
  readonly waiting: number;
  /** A restart of the engine: nobody waits any longer. */
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
    loseReply: () => void waiting.push(() => {}),
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
