import type { Ledger } from '../kit/ledger.ts';
import type { SimulatorRequest } from '../kit/request.ts';
import type { DirectoryUser, FreeswitchSwitches } from './settings.ts';

/**
 * The client of a request: `everybody` if no access control is configured, `super` for the account with all rights, or a
 * user of the directory.
 */
export type Caller =
  | { readonly kind: 'everybody' | 'super' }
  | { readonly kind: 'user'; readonly user: DirectoryUser }
  | { readonly kind: 'refused'; readonly realm: string };

/** HTTP Basic authentication as in mod_xml_rpc: there are no sessions, so each request is checked on its own. */
export class Access {
  readonly #switches: FreeswitchSwitches;
  readonly #ledger: Ledger;
  /** Credentials accepted before; only their first use counts as a login. */
  readonly #known = new Set<string>();

  constructor(switches: FreeswitchSwitches, ledger: Ledger) {
    this.#switches = switches;
    this.#ledger = ledger;
  }

  /** Checks the credentials of a request. */
  judge(request: SimulatorRequest): Caller {
    const { superUser, realm } = this.#switches;
    if (superUser === undefined && realm === undefined) return { kind: 'everybody' };
    const sent = credentials(request);
    if (sent === undefined) return { kind: 'refused', realm: realm ?? domainOfHost(request) };
    if (sent.name === superUser?.user && sent.password === superUser.password)
      return this.#letIn(sent, { kind: 'super' });
    const at = sent.name.lastIndexOf('@');
    const domain = at < 0 ? domainOfHost(request) : sent.name.slice(at + 1);
    const name = at < 0 ? sent.name : sent.name.slice(0, at);
    const user = this.#switches.users.find((one) => isSame(one.user, name) && isSame(one.domain, domain));
    if (user !== undefined && takes(user, sent.password)) return this.#letIn(sent, { kind: 'user', user });
    this.#ledger.countRefusedLogin(user === undefined ? 'unknown-user' : 'wrong-password');
    return { kind: 'refused', realm: domain };
  }

  #letIn<Who extends Caller>({ name, password }: Credentials, caller: Who): Who {
    const key = JSON.stringify([name, password]);
    if (!this.#known.has(key)) this.#ledger.countGoodLogin();
    this.#known.add(key);
    return caller;
  }
}

/** Reports whether the caller may run a command; rights depend on the command, never on its arguments. */
export function mayCall(caller: Caller, command: string): boolean {
  if (caller.kind !== 'user') return caller.kind !== 'refused';
  const { allowed = [] } = caller.user;
  return allowed.includes('any') || allowed.includes(command);
}

interface Credentials {
  readonly name: string;
  readonly password: string;
}

function credentials({ headers }: SimulatorRequest): Credentials | undefined {
  const [, encoded] = /^basic\s+(\S+)\s*$/iu.exec(headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Reports whether a password is accepted. Non-ASCII passwords never match; a user without a password accepts any. */
function takes({ password, voicemailPassword }: DirectoryUser, sent: string): boolean {
  if (password === undefined) return true;
  return sent === password || (voicemailPassword !== undefined && sent === voicemailPassword);
}

function domainOfHost({ headers }: SimulatorRequest): string {
  return (headers.host ?? '').replace(/:\d+$/u, '');
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
