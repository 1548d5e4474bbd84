import type { Clock } from '../clock.ts';
import { fingerprints, type Product } from '../drivers/fingerprints.ts';
import type { FailureReason } from '../snapshot/failure-reason.ts';
import type { Failure } from '../transport/failure.ts';
import type { Transport } from '../transport/request.ts';
import { createFingerprintTransport, type TargetTransportSetup } from './create-transport.ts';
import { createDeadline, type Deadline, endedBy } from './deadline.ts';
import { addressOf } from './login-guard/login-guards.ts';

/** How long one address is checked, in milliseconds: of a round that has failed anyway. */
const longestLookMs = 8_000;
/** How long one of its requests may take, in milliseconds. */
const requestTimeoutMs = 3_000;

/** Failures that suggest another product: its answers are unintelligible, or the requested path does not exist. */
const doubtfulReasons: readonly FailureReason[] = ['protocol', 'http_status', 'config'];

/** Whether a failure makes it doubtful that it is the configured product. */
function isDoubtful(reason: FailureReason): boolean {
  return doubtfulReasons.includes(reason);
}

/** Whether another product would explain a failure: FreeSWITCH refuses whatever is asked of it. */
function mayBeOther(reason: FailureReason): boolean {
  return isDoubtful(reason) || reason === 'bad_credentials';
}

/** What a failed target was configured as. */
type Suspect = Pick<TargetTransportSetup, 'url' | 'tls' | 'proxyUrl'> & {
  /** Name of its family. */
  readonly family: string;
};

/** What answers at addresses, each looked at once. */
export class Identities {
  readonly #clock: Clock;
  readonly #version: string;
  readonly #families: readonly string[];
  readonly #known = new Map<string, Promise<Product | undefined>>();

  /** @param families Those that this program has. */
  constructor(clock: Clock, version: string, families: readonly { readonly name: string }[]) {
    this.#clock = clock;
    this.#version = version;
    this.#families = families.map(({ name }) => name);
  }

  /** What to say of a target that was never let in, where what answers there explains it. Never rejects. */
  async explain({ family, ...place }: Suspect): Promise<Explanation> {
    const address = addressOf(place.url);
    const known =
      this.#known.get(address) ??
      identify(createFingerprintTransport({ ...place, version: this.#version }), this.#clock);
    this.#known.set(address, known);
    return explanation(await known, family, this.#families);
  }
}

/** Asks until an answer proves a product. Never rejects. */
export async function identify(transport: Transport, clock: Clock): Promise<Product | undefined> {
  const deadline = createDeadline(clock, longestLookMs, 'the product at this address could not be identified in time');
  let product: Product | undefined;
  for (const { call, path, read } of fingerprints) {
    if (product !== undefined || deadline.signal.aborted) break;
    const timeout = createDeadline(clock, requestTimeoutMs, 'no answer in time', deadline.signal);
    product = await transport.send({ call, path }, timeout.signal).then(read, () => undefined);
    timeout.clear();
  }
  deadline.clear();
  transport.close();
  return product;
}

/** How a detail begins that names the product which answers. */
const looksLike = 'this looks like ';

/** Whether the detail of a failure names the product that answers at the address, and with it what to do. */
export function namesProduct(detail: string | undefined): boolean {
  return detail?.startsWith(looksLike) === true;
}

/** What to say of a failure of a target that was never let in. */
export interface Explanation {
  /** Instead of what the driver says: of another product its words would send people astray. */
  readonly instead?: string;
  /** Behind what the driver says. */
  readonly further?: string;
}

/**
 * What to say where another product answers than the configured family, where it is the right one at the wrong place, and
 * where nothing proves anything. `known` are the families that this program has.
 */
export function explanation(product: Product | undefined, family: string, known: readonly string[]): Explanation {
  if (product === undefined)
    return { further: `none of the answers indicates family ${family}: check url and family first` };
  const { name, advice } = product;
  const families = product.families.filter((one) => known.includes(one));
  if (families.includes(family)) return advice === undefined ? {} : { instead: `${looksLike}${name}: ${advice}` };
  if (families.length === 0) return { instead: `${looksLike}${name}, which is not supported yet` };
  const change = `${looksLike}${name}: family: ${families.join(' or ')}`;
  return { instead: advice === undefined ? change : `${change}; ${advice}` };
}

/** A longer path is no address that somebody wrote. */
const longestPath = 200;

/** What is known of the product behind a target that has never let the exporter in. */
export class OtherProduct {
  readonly #identify: () => Promise<Explanation>;
  readonly #path: string;
  #known: Explanation = {};

  /**
   * @param url Base URL of the target.
   * @param identify Says what answers at its address. Default: nothing is said.
   */
  constructor({ pathname }: URL, identify: () => Promise<Explanation> = () => Promise.resolve({})) {
    this.#path = pathname.replace(/\/+$/, '');
    this.#identify = identify;
  }

  /** Call after a round that failed before anything ever worked: looks what answers there, within the time of the round. */
  async look(failure: Failure, deadline: Deadline): Promise<void> {
    if (!mayBeOther(failure.reason)) return;
    const known = await endedBy(deadline.signal, this.#identify()).catch((): Explanation => ({}));
    this.#known = known.instead === undefined ? { ...known, ...this.#pathInDoubt(failure) } : known;
  }

  /** Call when something worked: it is what it was taken for. */
  proven(): void {
    this.#known = {};
  }

  /** Why a round failed, in the words that help. */
  explain<T extends { readonly reason?: Failure['reason']; readonly detail?: string }>(why: T): T {
    const { instead, further } = this.#known;
    if (why.reason === undefined || !mayBeOther(why.reason)) return why;
    const { detail = '' } = why;
    if (instead !== undefined) return { ...why, detail: instead };
    return further === undefined || detail === '' || !isDoubtful(why.reason)
      ? why
      : { ...why, detail: `${detail}; ${further}` };
  }

  /** What is asked for is not there, below a path that somebody may have copied from a browser. */
  #pathInDoubt({ login, status, message }: Failure): Explanation {
    const isMissing = login === 'path_missing' || status === 404;
    if (!isMissing || this.#path === '' || this.#path.length > longestPath || message.includes('the url ends in'))
      return {};
    return { further: `the url ends in ${this.#path}: is that the address of the web page?` };
  }
}
