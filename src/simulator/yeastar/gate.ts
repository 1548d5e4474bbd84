import { createHash } from 'node:crypto';
import type { Kit } from '../kit/kit.ts';
import { createLockOut } from '../kit/lock-out.ts';
import type { LockOut } from '../kit/lock-out.ts';
import { createSessionStore } from '../kit/session-store.ts';
import type { Session, SessionStore } from '../kit/session-store.ts';
import type { Reply } from './reply.ts';
import type { YeastarOptions, YeastarSwitches } from './switches.ts';

/** Data of a session: the destination and form of its reports, and its refresh token (empty if it has none). */
export interface Client {
  address: string;
  port: string;
  readonly reportVersion: string;
  readonly refreshToken: string;
}

/** Logins, tokens and address locks of one simulated PBX. */
export interface Gate {
  readonly sessions: SessionStore<Client>;
  readonly lockOut: LockOut;
  /** Answers `login` from an address. */
  login(address: string, parameter: (name: string) => string): Reply;
  /** Answers `token/refresh`. */
  refresh(parameter: (name: string) => string): Reply;
  /** Answers `heartbeat` with a valid token. */
  heartbeat(session: Session<Client>, parameter: (name: string) => string): Reply;
}

/** Makes the {@link Gate} of one PBX. */
export function createGate(kit: Kit, switches: YeastarSwitches, options: YeastarOptions): Gate {
  const { clock, ledger, random } = kit;
  const sessions = createSessionStore<Client>({
    clock,
    ledger,
    life: options.refreshTokens === true ? 'absolute' : 'sliding',
    lifeMs: options.tokenLifeMs ?? 1_800_000,
    makeToken: () => random.hex(32),
  });
  const lockOut = createLockOut({
    clock,
    ledger,
    violations: options.violations ?? 5,
    lockMs: options.lockMs ?? 600_000,
  });
  const open = (client: Client): Reply => {
    const { token, data } = sessions.create(client);
    return { fields: { token, ...(data.refreshToken === '' ? {} : { refreshtoken: data.refreshToken }) } };
  };
  const makeRefreshToken = (): string => (options.refreshTokens === true ? random.hex(32) : '');
  return {
    sessions,
    lockOut,
    login(address, parameter) {
      const refused = refusal(switches, lockOut, address, parameter);
      if (refused !== undefined) {
        ledger.countRefusedLogin(refused.why);
        if (refused.errno === '20003') lockOut.recordViolation(address);
        if (refused.errno === '20002') ledger.refusedWhileLocked += 1;
        return { errno: refused.errno };
      }
      lockOut.reset(address);
      ledger.countGoodLogin();
      if (switches.singleSession) sessions.revokeAll();
      const port = parameter('port');
      return open({ address, port, reportVersion: parameter('version'), refreshToken: makeRefreshToken() });
    },
    refresh(parameter) {
      const old = sessions.list().find(({ data }) => data.refreshToken === parameter('refreshtoken'));
      if (old === undefined || old.data.refreshToken === '') return { errno: switches.gone };
      sessions.revoke(old.token);
      return open({ ...old.data, refreshToken: makeRefreshToken() });
    },
    heartbeat({ data }, parameter) {
      const [address, port] = [parameter('ipaddr'), parameter('port')];
      if (switches.heartbeatNeedsAddress && (address === '' || port === '')) return { errno: '10004' };
      if (address !== '') data.address = address;
      if (port !== '') data.port = port;
      return { fields: {} };
    },
  };
}

function refusal(
  switches: YeastarSwitches,
  lockOut: LockOut,
  address: string,
  parameter: (name: string) => string,
): { readonly errno: string; readonly why: string } | undefined {
  if (lockOut.isLocked(address)) return { errno: '20002', why: 'locked' };
  const port = Number(parameter('port') || Number.NaN);
  if (switches.requirePort && !(Number.isInteger(port) && port > 0 && port < 65_536))
    return { errno: '20008', why: 'bad-port' };
  const expected = createHash('md5').update(switches.password).digest('hex');
  const right = parameter('username') === switches.username && parameter('password') === expected;
  return right ? undefined : { errno: '20003', why: 'wrong-password' };
}
