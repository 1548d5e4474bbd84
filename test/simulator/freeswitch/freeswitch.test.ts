import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFreeswitchSimulator, type FreeswitchSimulator } from '../../../src/simulator/freeswitch/index.ts';
import type { FreeswitchOptions } from '../../../src/simulator/freeswitch/settings.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { extensionOf } from '../../../src/simulator/kit/world.ts';
import { ask, type Answer } from '../ask.ts';
import { createHandClock, type HandClock } from '../hand-clock.ts';

let clock: HandClock;
let pbx: FreeswitchSimulator;
let url: URL;

const account = 'exporter@pbx.example.org:made-up-password';

async function open(options: Partial<FreeswitchOptions> = {}): Promise<void> {
  await pbx?.stop();
  clock = createHandClock();
  pbx = createFreeswitchSimulator({ clock, world: makeWorld({ peers: 5, trunks: 4 }), ...options });
  url = await pbx.start();
}

beforeEach(() => open());
afterEach(() => pbx.stop());

function basic(credentials: string | undefined): Readonly<Record<string, string>> {
  return credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function get(target: string, credentials: string | undefined = account): Promise<Answer> {
  return ask(new URL(target, url), { headers: basic(credentials) });
}

const text = async (target: string): Promise<string> => (await get(target)).text;
const list = (profile = 'internal'): Promise<string> => text(`/txtapi/sofia?xmlstatus%20profile%20${profile}%20reg`);

describe('the web server', () => {
  it('answers without a length, closes, and says which user asked', async () => {
    const { status, headers } = await get('/txtapi/status');
    expect(status).toBe(200);
    expect(headers).toEqual({
      'content-type': 'text/plain',
      server: 'FreeSWITCH-1.10.12-release~64bit-mod_xml_rpc',
      'freeswitch-user': 'exporter',
      'freeswitch-domain': 'pbx.example.org',
      connection: 'close',
    });
  });

  it('names the type by the face of the path alone', async () => {
    const { headers, text: body } = await get('/xmlapi/sofia?jsonstatus');
    expect([headers['content-type'], body[0]]).toEqual(['text/xml', '{']);
  });

  it('takes a plus for a plus, %3F for a question mark, and anything in front of the face', async () => {
    expect(await text('/txtapi/sofia?xmlstatus+gateway')).toBe('Unknown Command [xmlstatus+gateway]\n');
    expect(await text('/txtapi/sofia%3Fxmlstatus%20gateway')).toContain('</gateways>\n');
    expect(await text('/a/b/txtapi/status')).toContain('is ready');
  });

  it('does not take arguments from a body', async () => {
    const answer = await ask(new URL('/txtapi/sofia', url), {
      method: 'POST',
      body: 'jsonstatus',
      headers: basic(account),
    });
    expect(answer.text).toContain('-USAGE');
  });

  it.each([
    ['/elsewhere', account, 404],
    ['/elsewhere', undefined, 401],
    ['/pub/txtapi/status', account, 500],
    [`/txtapi/status?${'x'.repeat(4100)}`, account, 408],
  ])('answers %.20s as %.8s with a page and status %i', async (target, credentials, status) => {
    const answer = await ask(new URL(target, url), { headers: basic(credentials) });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
  });

  it('serves 16 connections at a time', async () => {
    await pbx.faults.set({ kind: 'hang' }, { times: 16 });
    const hanging = Array.from({ length: 16 }, () => get('/txtapi/status'));
    await expect.poll(() => pbx.ledger.requestsInFlight).toBe(16);
    const late = get('/txtapi/status');
    await expect.poll(() => pbx.ledger.connectionsOpen).toBe(17);
    expect(pbx.ledger.requestsTotal).toBe(16);
    await pbx.stop();
    await Promise.all([...hanging, late]);
  });
});

describe('login and rights', () => {
  it.each([
    ['none', undefined, 401],
    ['the right ones', account, 200],
    ['another case', 'Exporter@PBX.example.org:made-up-password', 200],
    ['a wrong password', 'exporter@pbx.example.org:wrong', 401],
    ['an unknown user', 'nobody@pbx.example.org:made-up-password', 401],
    ['no domain, and the host is an address', 'exporter:made-up-password', 401],
  ])('%s', async (_name, credentials, status) => {
    expect(await ask(new URL('/txtapi/status', url), { headers: basic(credentials) })).toMatchObject({ status });
  });

  it('takes the domain from the Host header where the name has none', async () => {
    const headers = { ...basic('exporter:made-up-password'), host: 'pbx.example.org:8080' };
    expect(await ask(new URL('/txtapi/status', url), { headers })).toMatchObject({ status: 200 });
  });

  it('names the domain that was tried, and counts refusals without ever locking', async () => {
    for (let attempt = 0; attempt < 40; attempt += 1) await get('/txtapi/status', 'exporter@other.example.org:x');
    const { headers } = await get('/txtapi/status', 'exporter@other.example.org:x');
    expect(headers['www-authenticate']).toBe('Basic realm="other.example.org"');
    expect(pbx.ledger.loginsRefusedByReason).toEqual({ 'unknown-user': 41 });
    expect((await get('/txtapi/status')).status).toBe(200);
  });

  it('lets a user give the commands of its list whatever their arguments: status 686 for others', async () => {
    pbx.switches.users = [
      { user: 'exporter', domain: 'pbx.example.org', password: 'made-up-password', allowed: ['sofia'] },
    ];
    expect((await get('/txtapi/show?calls%20count%20as%20json')).status).toBe(686);
    expect(await text('/txtapi/sofia?profile%20internal%20stop')).toBe('+OK\n');
    expect(await list()).toBe('Invalid Profile!\n');
    expect(pbx.ledger.requestsOf('other')).toBe(1);
    pbx.switches.users = [{ user: 'exporter', domain: 'pbx.example.org', password: 'made-up-password' }];
    expect((await get('/txtapi/status')).status).toBe(686);
  });

  it('lets everybody in who has no password to prove, with any', async () => {
    pbx.switches.users = [{ user: 'open', domain: 'pbx.example.org', allowed: ['any'] }];
    expect((await get('/txtapi/status', 'open@pbx.example.org:whatever')).status).toBe(200);
    pbx.switches.realm = undefined;
    expect((await ask(new URL('/txtapi/status', url))).status).toBe(200);
  });

  it('takes the PIN of the voice mail too, and never a password that is not ASCII', async () => {
    const user = { user: 'u', domain: 'd', allowed: ['any'] };
    pbx.switches.users = [{ ...user, password: 'schlüssel', voicemailPassword: '4711' }];
    expect((await get('/txtapi/status', 'u@d:4711')).status).toBe(200);
    expect((await get('/txtapi/status', 'u@d:schlüssel')).status).toBe(401);
  });
});

describe('commands', () => {
  it('status', async () => {
    pbx.world.startedAt = clock.wallTime() - (12 * 86_400 + 3 * 3600 + 61) * 1000;
    expect(await text('/txtapi/status')).toMatch(
      /^UP 0 years, 12 days, 3 hours, 1 minute, 1 second, 0 milliseconds, 0 microseconds\nFreeSWITCH \(Version 1\.10\.12-release {2}64bit\) is ready\n8123 session\(s\) since startup\n0 session\(s\) - peak 37, last 5min 6 \n.*\n1000 session\(s\) max\n/u,
    );
  });

  it('profiles: aliases beside them, stopped ones not at all', async () => {
    const profiles = async (): Promise<Record<string, { status: { type: string; state: string } }>> =>
      JSON.parse(await text('/txtapi/sofia?jsonstatus')).profiles;
    const states = async (): Promise<unknown> =>
      Object.entries(await profiles()).map(([name, { status }]) => [name, status.type, status.state]);
    expect(await states()).toEqual([
      ['external', 'profile', 'RUNNING'],
      ['pbx.example.org', 'alias', 'ALIASED'],
      ['internal', 'profile', 'RUNNING'],
    ]);
    expect(await list('pbx.example.org')).toBe(await list());
    for (const profile of pbx.switches.profiles) profile.state = profile.name === 'internal' ? 'DOWN' : 'STOPPED';
    expect(await states()).toEqual([
      ['pbx.example.org', 'alias', 'ALIASED'],
      ['internal', 'profile', 'DOWN'],
    ]);
    expect(await list()).toBe('Invalid Profile!\n');
    expect(await text('/txtapi/sofia?xmlstatus%20gateway')).not.toContain('<gateway>\n');
  });

  it('registrations: a row per contact, with what is escaped and what is not', async () => {
    pbx.switches.moreRegistrations = [
      {
        profile: 'internal',
        user: 'a&b@x',
        callId: 'ab<c&d>"x@host',
        contact: '"A & B" <sip:a>',
        pingStatus: 'Reachable',
        pingTime: '4.53',
      },
    ];
    const body = await list();
    expect(
      body.startsWith(
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n  <registrations>\n    <registration>\n',
      ),
    ).toBe(true);
    expect(body.endsWith('    </registration>\n  </registrations>\n</profile>\n')).toBe(true);
    // 1001, 1002, two phones of 1004, and the unusual one; 1003 has no phone.
    expect(body.split('    <registration>\n')).toHaveLength(6);
    expect(body).toContain('<user>1001@pbx.example.org</user>');
    expect(body).toContain('<user>a&b@x</user>');
    expect(body).toContain('<call-id>ab<c&d>"x@host</call-id>');
    expect(body).toContain('<contact>&quot;A &amp; B&quot; &lt;sip:a&gt;</contact>');
    expect(body).toMatch(/<status>Registered\(UDP\)\(unknown\) exp\([-\d]{10} [\d:]{8}\) expsecs\(3618\)<\/status>/u);
    expect(await list('external')).toContain('  <registrations>\n  </registrations>\n');
  });

  it('a contact beyond 2 kB is cut, with bytes behind it that are no UTF-8', async () => {
    const row = { profile: 'external', user: 'x@y', pingStatus: 'Reachable', pingTime: '0.00' };
    pbx.switches.moreRegistrations = [{ ...row, contact: `<sip:${'&'.repeat(600)}>` }];
    const { body } = await get('/txtapi/sofia?xmlstatus%20profile%20external%20reg');
    expect(body.includes(Buffer.from([0xfc, 0x7e, 0x3c, 0x2f]))).toBe(true);
  });

  it('gateways in the words of the world, a name in quotes, all profiles', async () => {
    const body = await text('/txtapi/sofia?xmlstatus%20gateway');
    const words = [...body.matchAll(/<state>(.*)<\/state>\n {4}<status>(.*)<\/status>/gu)].map(
      ([, state, status]) => `${state} ${status}`,
    );
    expect(words).toEqual(['REGED UP', 'NOREG UP', 'FAIL_WAIT DOWN', 'UNREGISTER DOWN']);
    expect(body).toContain('    <password>yes</password>\n');
    expect(await list('%27internal%27')).toBe(await list());
  });

  it('says in text with status 200 what went wrong', async () => {
    pbx.switches.users = pbx.switches.users.map((user) => ({ ...user, allowed: ['any'] }));
    expect(await text('/txtapi/nonsense')).toBe('INVALID COMMAND!\n');
    expect(await text('/txtapi/sofia?nonsense')).toBe('Unknown Command [nonsense]\n');
    pbx.switches.modules.clear();
    expect(await text('/txtapi/sofia?jsonstatus')).toBe('INVALID COMMAND!\n');
    pbx.switches.database = false;
    expect(await text('/txtapi/show?calls%20count%20as%20json')).toBe('-ERR SQL disabled, no data available!\n');
  });

  it('counts no calls while it stops, and has no modules any more', async () => {
    pbx.world.calls.push({ id: 'a', direction: 'inbound', from: 'x', to: '1001', startedAt: 0, state: 'talking' });
    expect(await text('/txtapi/show?calls%20count%20as%20json')).toBe('{"row_count":1,"rows":[]}');
    expect(await text('/txtapi/show?channels%20count%20as%20json')).toBe('{"row_count":2,"rows":[]}');
    pbx.switches.readiness = 'not ready';
    expect(await text('/txtapi/status')).toContain('is not ready');
    expect(await text('/txtapi/show?calls%20count%20as%20json')).toBe('{"row_count":0,"rows":[]}');
    expect(await text('/txtapi/sofia?jsonstatus')).toBe('INVALID COMMAND!\n');
  });

  it('queues: tables with a header, or nothing but +OK', async () => {
    const queues = await text('/txtapi/callcenter_config?queue%20list');
    expect(queues).toMatch(
      /^name\|strategy\|[^\n]*\n6001@pbx\.example\.org\|[^\n]*\n6002@pbx\.example\.org\|[^\n]*\n\+OK\n$/u,
    );
    expect(await text('/txtapi/callcenter_config?queue%20list%20members%20nobody')).toBe('+OK\n');
    expect(await text('/txtapi/callcenter_config?agent%20list')).toContain(
      '|user/1001@pbx.example.org|On Break|Waiting|',
    );
    expect(await text('/txtapi/callcenter_config?tier%20list')).toContain(
      '6001@pbx.example.org|1001@pbx.example.org|Ready|1|1',
    );
  });

  it('list_users: all of a static directory, nobody of another', async () => {
    expect(await text('/txtapi/list_users')).toMatch(
      /^userid\|context\|domain\|[^\n]*\n1001\|default\|pbx\.example\.org\|.*\n\n\+OK\n$/su,
    );
    pbx.switches.staticDirectory = false;
    expect(await text('/txtapi/list_users')).toBe('\n+OK\n');
  });

  it("users in the core's own table: one contact each", async () => {
    const { row_count: count } = JSON.parse(await text('/txtapi/show?registrations%20as%20json'));
    expect(count).toBe(3);
  });
});

describe('pings of phones', () => {
  const words = async (): Promise<string | undefined> =>
    /<ping-status>(.*)<\/ping-status>\n {8}<ping-time>(.*)<\/ping-time>/u
      .exec(await list())
      ?.slice(1, 3)
      .join(' ');

  it('three lost in a row make a healthy phone unreachable, one good one brings it back', async () => {
    const { contacts } = extensionOf(pbx.world, '1001');
    const seen: (string | undefined)[] = [];
    for (const ms of [undefined, undefined, undefined, 250]) {
      pbx.pings.ask(contacts, () => ms);
      seen.push(await words());
    }
    expect(seen).toEqual(['Reachable 32000.53', 'Reachable 32000.53', 'Unreachable 32000.53', 'Reachable 250.00']);
  });

  it('the time freezes with the third good ping, until one is lost or the phone registers anew', async () => {
    const { contacts } = extensionOf(pbx.world, '1001');
    for (const contact of contacts) pbx.pings.register(contact);
    const seen = [await words()];
    for (const ms of [250, 251, 252, 100]) {
      pbx.pings.ask(contacts, () => ms);
      seen.push(await words());
    }
    expect(seen).toEqual([
      'Reachable 0.00',
      'Reachable 250.00',
      'Reachable 251.00',
      'Reachable 252.00',
      'Reachable 252.00',
    ]);
  });
});
