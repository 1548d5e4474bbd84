import type { Clock } from '../clock.ts';
import { fingerprints, type Product } from '../drivers/fingerprints.ts';
import type { FailureReason } from '../snapshot/failure-reason.ts';
import type { Failure } from '../transport/failure.ts';
import type { Transport } from '../transport/request.ts';
import { createFingerprintTransport, type TargetTransportSetup } from './create-transport.ts';
import { createDeadline, type Deadline, endedBy } from './deadline.ts';
import { addressOf } from './login-guard/login-guards.ts';

/** Time limit for identifying the product at one address, in milliseconds. It is spent only in a round that has already failed. */
const longestLookMs = 8_000;
/** Timeout of one identification request, in milliseconds. */
const requestTimeoutMs = 3_000;

/** Failures that suggest another product: its answers are unintelligible, or the requested path does not exist. */
const doubtfulReasons: readonly FailureReason[] = ['protocol', 'http_status', 'config'];

/** Reports whether a failure suggests a product other than the configured one. */
function isDoubtful(reason: FailureReason): boolean {
  return doubtfulReasons.includes(reason);
}

/** Reports whether another product could explain a failure. Includes `bad_credentials`, because FreeSWITCH refuses every request. */
function mayBeOther(reason: FailureReason): boolean {
  return isDoubtful(reason) || reason === 'bad_credentials';
}

/** The configuration of a failed target. */
type Suspect = Pick<TargetTransportSetup, 'url' | 'tls' | 'proxyUrl'> & {
  /** Name of its family. */
  readonly family: string;
};

/** Identifies the product at each address, once per address. */
export class Identities {
  readonly #clock: Clock;
  readonly #version: string;
  readonly #families: readonly string[];
  readonly #known = new Map<string, Promise<Product | undefined>>();

  /** @param families The families that this program supports. */
  constructor(clock: Clock, version: string, families: readonly { readonly name: string }[]) {
    this.#clock = clock;
    this.#version = version;
    this.#families = families.map(({ name }) => name);
  }

  /** Returns text for the failure of a target that has never accepted a login, based on the product at its address. Never rejects. */
  async explain({ family, ...place }: Suspect): Promise<Explanation> {
    const address = addressOf(place.url);
    const known =
      this.#known.get(address) ??
      identify(createFingerprintTransport({ ...place, version: this.#version }), this.#clock);
    this.#known.set(address, known);
    return explanation(await known, family, this.#families);
  }
}

/** Sends the fingerprint requests until an answer identifies a product. Resolves to undefined if none does. Never rejects. */
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

/** Start of a detail that names the product at the address. */
const looksLike = 'this looks like ';

/** Reports whether the detail of a failure names the product at the address, and therefore includes advice. */
export function namesProduct(detail: string | undefined): boolean {
  return detail?.startsWith(looksLike) === true;
}

/** Text for the failure of a target that has never accepted a login. */
export interface Explanation {
  /** Replaces the driver's detail, which would be misleading for another product. */
  readonly instead?: string;
  /** Appended to the driver's detail. */
  readonly further?: string;
}

/**
 * Returns the text for one of three cases: another product than the configured family, the right product at the wrong
 * address, or no identified product. `known` lists the families that this program supports.
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

/** Longest path that a detail quotes, in characters: nobody types a longer one. */
const longestPath = 200;

/** The product at the address of a target that has never accepted a login, as far as it is known. */
export class OtherProduct {
  readonly #identify: () => Promise<Explanation>;
  readonly #path: string;
  #known: Explanation = {};

  /**
   * @param url Base URL of the target.
   * @param identify Explains failures by the product at the address. Default: no explanation.
   */
  constructor({ pathname }: URL, identify: () => Promise<Explanation> = () => Promise.resolve({})) {
    this.#path = pathname.replace(/\/+$/, '');
    this.#identify = identify;
  }

  /** Call after a failed round if no login has ever succeeded. Identifies the product within the time left of the round. */
  async look(failure: Failure, deadline: Deadline): Promise<void> {
    if (!mayBeOther(failure.reason)) return;
    const known = await endedBy(deadline.signal, this.#identify()).catch((): Explanation => ({}));
    this.#known = known.instead === undefined ? { ...known, ...this.#pathInDoubt(failure) } : known;
  }

  /** Call after a successful login: it proves that the configured family is the right one. */
  proven(): void {
    this.#known = {};
  }

  /** Returns the reason and detail of a failed round, with a better detail if the product explains the failure. */
  explain<T extends { readonly reason?: Failure['reason']; readonly detail?: string }>(why: T): T {
    const { instead, further } = this.#known;
    if (why.reason === undefined || !mayBeOther(why.reason)) return why;
    const { detail = '' } = why;
    if (instead !== undefined) return { ...why, detail: instead };
    return further === undefined || detail === '' || !isDoubtful(why.reason)
      ? why
      : { ...why, detail: `${detail}; ${further}` };
  }

  /** Returns a hint if the requested path does not exist and the URL has a path, which may have been copied from a browser. */
  #pathInDoubt({ login, status, message }: Failure): Explanation {
    const isMissing = login === 'path_missing' || status === 404;
    if (!isMissing || this.#path === '' || this.#path.length > longestPath || message.includes('the url ends in'))
      return {};
    return { further: `the url ends in ${this.#path}: is that the address of the web page?` };
  }
}
