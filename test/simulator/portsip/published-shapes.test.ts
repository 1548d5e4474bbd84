import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { setExtension } from '../../../src/simulator/kit/world.ts';
import { createPortsipSimulator } from '../../../src/simulator/portsip/index.ts';
import { type PortsipRelease, tenantDomain } from '../../../src/simulator/portsip/settings.ts';
import { ask } from '../ask.ts';
import { createHandClock } from '../hand-clock.ts';

/**
 * Compares the responses of the simulated PBX with PortSIP's OpenAPI files (v16.4 and v22.0 to v22.2) and its change log up
 * to v22.6. Objects are strict, because a field that the vendor does not document would only be our assumption.
 */
const text = z.string();
const blankable = z.string().nullish();
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const id = z.string().regex(/^\d{15,20}$/);
const count = z.int().min(0);

const user = z.strictObject({
  id,
  name: z.string().min(1).max(64),
  enabled: z.boolean(),
  email: blankable,
  display_name: text,
  role: text,
  department: blankable,
  extension_number: z
    .string()
    .regex(/^\d{3,64}$/)
    .nullable(),
  created_at: time,
  mobile_phone: blankable,
  sync_type: blankable,
});

const statusWords: Readonly<Record<PortsipRelease, readonly string[]>> = {
  '16.4': ['ONLINE', 'DO_NOT_DISTURB', 'AVAILABLE', 'AWAY', 'BUSINESS_TRIP', 'LUNCH', 'ON_CALL', 'OFFLINE'],
  '22.0': ['ONLINE', 'ON_CALL', 'OFFLINE'],
  '22.3': ['ONLINE', 'OTHER_CALL', 'OFFLINE'],
  '22.6': ['ONLINE', 'OTHER_CALL', 'OFFLINE'],
};
const newPresence = ['DO_NOT_DISTURB', 'ONLINE', 'AWAY', 'BUSINESS_TRIP', 'LUNCH', 'OTHER_CALL', 'RINGING', 'OFFLINE'];
const presenceWords: Readonly<Record<PortsipRelease, readonly string[]>> = {
  '16.4': [],
  '22.0': ['DO_NOT_DISTURB', 'AVAILABLE', 'AWAY', 'BUSINESS_TRIP', 'LUNCH', 'ON_CALL', 'OFFLINE'],
  '22.3': newPresence,
  '22.6': newPresence,
};

const registration = z.strictObject({
  instance_id: text,
  user_agent: text,
  application: text,
  ip: z.ipv4(),
  enable_push: z.boolean(),
  contact_address: text,
});

function userStatus(release: PortsipRelease) {
  return z.strictObject({
    status: z.enum(statusWords[release]),
    ...(release === '16.4' ? {} : { presence: z.enum(presenceWords[release]), presence_note: text }),
    enable_dnd: z.boolean(),
    enable_acb: z.boolean(),
    registration: z.array(registration).nullable(),
  });
}

const trunk = {
  id,
  name: z.string().min(1).max(64),
  enabled: z.boolean(),
  brand: text,
  hostname: text,
  port: z.int().min(1).max(65_535),
  did_numbers: blankable,
  shared: z.boolean(),
};

function trunkDetails(release: PortsipRelease) {
  const modes = ['IP_AUTH', 'REGISTER_AUTH', 'ACCEPT_REGISTER', 'TEAMS', ...(release === '16.4' ? [] : ['WHATS_APP'])];
  // Not strict, because the response also contains secrets, in fields that the exporter must not know.
  return z.object({
    ...trunk,
    auth_mode: z.enum(modes),
    transport: z.enum(['UDP', 'TCP', 'TLS']),
    registration: z.boolean(),
    register_interval: count,
    keep_alive: z.boolean(),
    keep_alive_interval: count,
    outbound_server: blankable,
    concurrency: count,
  });
}

function trunkStatus(release: PortsipRelease) {
  return z.strictObject({
    status: z.enum(release === '16.4' ? ['REGISTERED', 'UNREGISTERED'] : ['ONLINE', 'OFFLINE']),
  });
}

const tenantStatus = z.strictObject({
  version: text,
  licensed_users: count,
  current_users: count,
  online_users: count,
  current_calls: count,
  current_trunks: count,
  current_queues: count,
  calls_in_24_hours: z.array(z.strictObject({ time, count })),
});

const errors = z.strictObject({
  errors: z
    .array(z.strictObject({ code: z.string().regex(/^[A-Z][A-Z_]*$/), message: text, detail: z.unknown().optional() }))
    .min(1),
});

const page = <Item extends z.ZodType>(item: Item) => z.strictObject({ count, items: z.array(item).max(100) });

describe.each<PortsipRelease>(['16.4', '22.0', '22.3', '22.6'])('release %s', (release) => {
  async function setUp() {
    const simulator = createPortsipSimulator({ clock: createHandClock(), peers: 40, switches: { release } });
    const base = await simulator.start();
    onTestFinished(() => simulator.stop());
    const login = await ask(`${base.href}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...simulator.account, domain: tenantDomain }),
    });
    const { access_token: token } = z.object({ access_token: z.string() }).parse(JSON.parse(login.text));
    const get = async (path: string, authorization = `Bearer ${token}`): Promise<unknown> =>
      JSON.parse((await ask(`${base.href}${path}`, { headers: { authorization } })).text);
    return { simulator, login: JSON.parse(login.text) as unknown, get };
  }

  test('a login and a refusal', async () => {
    const { login, get } = await setUp();
    const seconds = release === '16.4' ? z.string().regex(/^\d+$/) : count;
    expect(() =>
      z
        .strictObject({ access_token: z.string().min(16), expires_at: time, expires_in: seconds, role: text })
        .parse(login),
    ).not.toThrow();
    expect(errors.safeParse(await get('/users', 'Bearer other')).success).toBe(true);
    expect(errors.safeParse(await get('/users?top=101')).success).toBe(true);
  });

  test('users and the state of each, in every state and call of the simulated PBX', async () => {
    const { simulator, get } = await setUp();
    for (const [number, call] of [
      ['1006', 'talking'],
      ['1007', 'ringing'],
      ['1008', 'on-hold'],
    ] as const)
      setExtension(simulator.world, number, { state: 'reachable', call });
    const { items } = page(user).parse(await get('/users'));
    expect(items.filter(({ extension_number: number }) => number === null)).toHaveLength(1);
    const statuses = await Promise.all(
      simulator.world.extensions.map(async ({ number }) =>
        userStatus(release).parse(await get(`/users/${simulator.userId(number)}/status`)),
      ),
    );
    expect(new Set(statuses.map(({ status }) => status)).size).toBe(3);
    const devices = statuses.flatMap(({ registration: list }) => list ?? []);
    expect(new Set(devices.map(({ enable_push: push }) => push))).toEqual(new Set([true, false]));
  });

  test('trunks, their settings and states, and the totals', async () => {
    const { get } = await setUp();
    const { items } = page(z.strictObject(trunk)).parse(await get('/providers'));
    expect(items).toHaveLength(8);
    for (const { id: one } of items) {
      expect(trunkDetails(release).safeParse(await get(`/providers/${one}`)).error).toBeUndefined();
      expect(trunkStatus(release).safeParse(await get(`/providers/${one}/status`)).error).toBeUndefined();
    }
    expect(tenantStatus.safeParse(await get('/tenant/status')).error).toBeUndefined();
  });
});
