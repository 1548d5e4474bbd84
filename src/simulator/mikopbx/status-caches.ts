import type { Kit } from '../kit/kit.ts';
import type { AsteriskView } from './asterisk-view.ts';
import type { Result } from './envelope.ts';
import { sipStatuses } from './peer-views.ts';
import { providerStatuses } from './trunk-views.ts';

const sipStatusesLifeMs = 30_000;
const providersLifeMs = 10_000;
/** The front end has given up by then; the process continues and fills the cache all the same. */
const frontEndPatienceMs = 30_100;
/** One question to an Asterisk that is away, once the process has lost its connection. */
const lostQuestionMs = 500;
const providersDownMs = 8_000;
const reconnectMs = 2_500;

interface Cached {
  readonly data: unknown;
  readonly madeAt: number;
}

/** The lists from 2025.1 on that are kept for a while: 30 s for phones, 10 s for trunks. */
export class StatusCaches {
  readonly #kit: Kit;
  readonly #core: AsteriskView;
  #statuses: Cached | undefined;
  #providers: Cached | undefined;

  constructor(kit: Kit, core: AsteriskView) {
    this.#kit = kit;
    this.#core = core;
  }

  /** `sip:getStatuses`. */
  sipStatuses(): Result {
    const cached = this.#fresh(this.#statuses, sipStatusesLifeMs);
    if (cached !== undefined) return cached;
    const data = sipStatuses(this.#core);
    const tookMs = this.#statusesTime();
    const keep = (): void => void (this.#statuses = { data, madeAt: this.#kit.clock.monotonicTime() });
    if (tookMs === 0) keep();
    else this.#kit.clock.after(tookMs, keep);
    return { data, tookMs: Math.min(tookMs, frontEndPatienceMs) };
  }

  /** `providers:getStatuses`, also under the names for SIP and IAX. */
  providers(): Result {
    const cached = this.#fresh(this.#providers, providersLifeMs);
    if (cached !== undefined) return cached;
    const { asterisk } = this.#core.switches;
    if (asterisk === 'hung') return { data: [], tookMs: frontEndPatienceMs };
    const late = asterisk === 'up' && this.#core.takeDeadConnection();
    const data = late ? withoutOutbound(this.#make()) : this.#make();
    if (!late) this.#providers = { data, madeAt: this.#kit.clock.monotonicTime() };
    if (late) return { data, tookMs: reconnectMs };
    return { data, tookMs: asterisk === 'down' ? providersDownMs : 0 };
  }

  #make(): unknown {
    return providerStatuses(this.#core, this.#kit.clock.wallTime());
  }

  /** Two questions for each extension, and one more. */
  #statusesTime(): number {
    const { asterisk } = this.#core.switches;
    if (asterisk === 'hung') return frontEndPatienceMs;
    return asterisk === 'down' ? lostQuestionMs * (1 + 2 * this.#core.extensions().length) : 0;
  }

  #fresh(cached: Cached | undefined, lifeMs: number): Result | undefined {
    if (cached === undefined || this.#kit.clock.monotonicTime() - cached.madeAt >= lifeMs) return undefined;
    return { data: cached.data, messages: { info: ['Using cached data (fresh)'] } };
  }
}

/** Outbound trunks read `UNKNOWN` in the answer of a process that has to connect again. */
function withoutOutbound(data: unknown): unknown {
  const words = /"state":"(?:registered|unregistered|rejected)"/g;
  const text = JSON.stringify(data)
    .replaceAll(words, '"state":"UNKNOWN"')
    .replaceAll(/,"contactStatus":"\w+"/g, '');
  return JSON.parse(text) as unknown;
}
