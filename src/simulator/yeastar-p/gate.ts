import type { Kit } from '../kit/kit.ts';
import { createLockOut } from '../kit/lock-out.ts';
import type { LockOut } from '../kit/lock-out.ts';
import { createSessionStore } from '../kit/session-store.ts';
import type { SessionStore } from '../kit/session-store.ts';
import type { Reply } from './reply.ts';
import type { PSeriesOptions, PSeriesSwitches } from './switches.ts';

/** Tokens and blocked addresses of one simulated P-Series. */
export interface Gate {
  /** Access tokens. */
  readonly access: SessionStore<undefined>;
  /** Refresh tokens with the access token that was issued together with each. */
  readonly refresh: SessionStore<{ readonly access: string }>;
  readonly lockOut: LockOut;
  /** Answers `get_token` from an address. */
  getToken(address: string, body: Readonly<Record<string, unknown>>): Reply;
  /** Answers `refresh_token`. */
  refreshToken(body: Readonly<Record<string, unknown>>): Reply;
  /** Revokes all tokens, as a restart would. */
  endAll(): void;
}

/** Makes the {@link Gate} of one PBX. */
export function createGate(kit: Kit, switches: PSeriesSwitches, options: PSeriesOptions): Gate {
  const { clock, ledger, random } = kit;
  const { accessSeconds = 1800, refreshSeconds = 86_400, violations = 5 } = options;
  const makeToken = (): string => random.hex(32);
  const access = createSessionStore<undefined>({
    clock,
    ledger,
    life: 'absolute',
    lifeMs: accessSeconds * 1000,
    makeToken,
  });
  const refresh = createSessionStore<{ readonly access: string }>({
    clock,
    life: 'absolute',
    lifeMs: refreshSeconds * 1000,
    makeToken,
  });
  const lockOut = createLockOut({ clock, ledger, violations, lockMs: Infinity });
  const open = (): Reply => {
    const { token } = access.create(undefined);
    const fields = {
      access_token_expire_time: accessSeconds,
      access_token: token,
      refresh_token_expire_time: refreshSeconds,
      refresh_token: refresh.create({ access: token }).token,
    };
    return { fields };
  };
  const refuse = (why: string, errcode: number): Reply => {
    ledger.countRefusedLogin(why);
    return { errcode };
  };
  return {
    access,
    refresh,
    lockOut,
    getToken(address, { username, password }) {
      if (username !== switches.clientId || password !== switches.clientSecret) {
        lockOut.recordViolation(address);
        return refuse('wrong-password', switches.refusal);
      }
      lockOut.reset(address);
      if (access.count() >= switches.tokenLimit) return refuse('too-many-tokens', 60002);
      ledger.countGoodLogin();
      return open();
    },
    refreshToken({ refresh_token: token }) {
      const old = typeof token === 'string' ? refresh.find(token) : undefined;
      if (old === undefined) return { errcode: 10004 };
      refresh.revoke(old.token);
      if (switches.refreshEndsOld) access.revoke(old.data.access);
      return open();
    },
    endAll() {
      access.revokeAll();
      refresh.revokeAll();
    },
  };
}
