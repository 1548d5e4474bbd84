import type { Conversation, Driver, DriverSetup, Sender, Session } from '../driver.ts';
import type { Reading } from '../../snapshot/reading.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import { Round } from './round.ts';
import { failedReading } from '../kit/collectors.ts';
import { UnknownStates } from '../kit/state-table.ts';
import { collect, type Collectors } from './collect.ts';
import { TrunkCollector } from './collect-trunks.ts';
import { PeerCollector } from './collect-peers.ts';
import { endSession, logIn, type LoginFlow, loginFlows, type OpenSession, renewSession } from './login.ts';
import { budgetOf, type RequestBudget } from './request-budget.ts';
import type { PushState } from './peers.ts';

/** A target that is no longer polled limits the rate of the others on its server for this many rounds. */
const claimedRounds = 3;

/** The family's own options of a target. */
export interface PortsipSettings {
  readonly domain?: string;
  readonly loginFlow: 'auto' | LoginFlow;
  readonly requestsPerSecond: number;
  readonly push: PushState;
}

/** One PortSIP tenant: its session, and the data that is kept between rounds. */
export class PortsipDriver implements Driver {
  readonly #setup: DriverSetup;
  readonly #settings: PortsipSettings;
  readonly #collectors: Collectors;
  /** By session: the data for renewing and ending it. */
  readonly #open = new WeakMap<Session, OpenSession>();
  /** The flow that worked last. */
  #flow: LoginFlow | undefined;

  constructor(setup: DriverSetup, settings: PortsipSettings) {
    this.#setup = setup;
    this.#settings = settings;
    const unknownStates = new UnknownStates(setup.log);
    this.#collectors = {
      peers: new PeerCollector({ ...setup, unknownStates, push: settings.push }),
      trunks: new TrunkCollector({ ...setup, unknownStates }),
      totals: settings.domain === undefined ? 'admin_status' : 'tenant_status',
      clock: setup.clock,
    };
    this.#claimBudget();
  }

  async login(sender: Sender): Promise<Session> {
    const { domain } = this.#settings;
    const credentials = { account: this.#setup.account, ...(domain === undefined ? {} : { domain }) };
    try {
      const open = await logIn(sender, credentials, this.#flows(), this.#now());
      this.#flow = open.flow;
      return this.#keep(open);
    } catch (thrown) {
      const failure = asFailure(thrown);
      throw domain === undefined ? withDomainHint(failure) : failure;
    }
  }

  async renew(sender: Sender, session: Session): Promise<Session> {
    const open = this.#open.get(session);
    if (open === undefined) throw new Failure('session_lost', 'this session has no refresh token');
    return this.#keep(await renewSession(sender, open, this.#now()));
  }

  async logout(sender: Sender, session: Session): Promise<void> {
    const open = this.#open.get(session);
    if (open !== undefined) await endSession(sender, open);
  }

  async collect(conversation: Conversation): Promise<Reading> {
    const { clock, requestsPerTarget } = this.#setup;
    const budget = this.#claimBudget();
    const paused = budget.paused();
    if (paused !== undefined) return failedReading(conversation.collectors, paused);
    const round = new Round({ conversation, budget, clock, requestsPerTarget });
    return collect(conversation, round, this.#collectors);
  }

  #claimBudget(): RequestBudget {
    const { clock, url, timing } = this.#setup;
    const budget = budgetOf(clock, url);
    budget.claim(this, this.#settings.requestsPerSecond, claimedRounds * timing.intervalMs);
    return budget;
  }

  #keep(open: OpenSession): Session {
    this.#open.set(open.session, open);
    return open.session;
  }

  #flows(): readonly LoginFlow[] {
    const { loginFlow } = this.#settings;
    if (loginFlow !== 'auto') return [loginFlow];
    const known = this.#flow;
    return known === undefined ? loginFlows : [known, ...loginFlows.filter((flow) => flow !== known)];
  }

  #now(): number {
    return this.#setup.clock.monotonicTime();
  }
}

/**
 * Adds a hint about the domain: without one, the PBX treats the user of a tenant as a system administrator and reports a
 * wrong password.
 */
function withDomainHint(failure: Failure): Failure {
  if (failure.reason !== 'bad_credentials') return failure;
  const { status } = failure;
  return new Failure(
    failure.reason,
    `${failure.message}; a user of a tenant also needs the option "domain"`,
    status === undefined ? {} : { status },
  );
}
