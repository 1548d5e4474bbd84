import type { Kit } from '../kit/kit.ts';
import type { AsteriskView } from './asterisk-view.ts';
import type { Result } from './envelope.ts';
import { sipStatuses } from './peer-views.ts';
import { providerStatuses } from './trunk-views.ts';

const sipStatusesLifeMs = 30_000;
const providersLifeMs = 10_000;
/** Time after which the front end gives up; the API process continues and still fills the cache. */
const frontEndPatienceMs = 30_100;
/** Duration of one query while Asterisk is down and the process has lost its connection. */
const lostQuestionMs = 500;
const providersDownMs = 8_000;
const reconnectMs = 2_500;

interface Cached {
  readonly data: unknown;
  readonly madeAt: number;
}

/** The lists that are cached from 2025.1 on: phones for 30 s, trunks for 10 s. */
export class StatusCaches {
  readonly #kit: Kit;
  readonly #core: AsteriskView;
  #statuses: Cached | undefined;
  #providers: Cached | undefined;

  constructor(kit: Kit, core: AsteriskView) {
    this.#kit = kit;
    this.#core = core;
  }

  /** Answers `sip:getStatuses`. */
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

  /** Answers `providers:getStatuses` and its variants for SIP and IAX. */
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

  /** Returns the time needed to build the list. While Asterisk is down, two queries per extension plus one more have to fail. */
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

/** Sets outbound trunks to `UNKNOWN`, as in the answer of a process that has to reconnect. */
function withoutOutbound(data: unknown): unknown {
  const words = /"state":"(?:registered|unregistered|rejected)"/g;
  const text = JSON.stringify(data)
    .replaceAll(words, '"state":"UNKNOWN"')
    .replaceAll(/,"contactStatus":"\w+"/g, '');
  return JSON.parse(text) as unknown;
}
