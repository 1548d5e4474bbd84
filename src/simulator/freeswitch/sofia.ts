import { gatewayList, runningGateways } from './gateways.ts';
import type { FreeswitchParts, Profile } from './settings.ts';
import { registrationList } from './registrations.ts';

/** Answers `sofia ...`. Commands that stop or restart a profile take effect. */
export function sofia(parts: FreeswitchParts, line: string): string | Buffer {
  const words = splitArguments(line);
  const [first = '', second, third, fourth] = words;
  if (first === 'jsonstatus') return jsonStatus(parts);
  if (first === 'xmlstatus' && second === 'profile') return profileStatus(parts, third ?? '', fourth);
  if (first === 'xmlstatus' && second !== undefined) return gatewayList(parts);
  if (first === 'profile' && third !== undefined) return changeProfile(parts, second ?? '', third);
  if (first === '' || first === 'help') return '-USAGE: sofia help\n';
  return `Unknown Command [${first}]\n`;
}

function profileStatus(parts: FreeswitchParts, name: string, what: string | undefined): string | Buffer {
  const profile = findProfile(parts, name);
  if (profile?.state !== 'RUNNING') return 'Invalid Profile!\n';
  return what === 'reg' ? registrationList(parts, profile.name) : 'Invalid Syntax!\n';
}

function changeProfile(parts: FreeswitchParts, name: string, action: string): string {
  const profile = findProfile(parts, name);
  if (profile === undefined) return 'Invalid Profile!\n';
  if (action === 'stop') profile.state = 'STOPPED';
  if (action === 'restart') profile.state = 'DOWN';
  return '+OK\n';
}

/** Finds a profile by name or alias; stopped profiles do not count. */
function findProfile({ switches }: FreeswitchParts, name: string): Profile | undefined {
  return switches.profiles.find(
    (profile) => profile.state !== 'STOPPED' && (profile.name === name || profile.aliases.includes(name)),
  );
}

function jsonStatus(parts: FreeswitchParts): string {
  const gateways = runningGateways(parts);
  const entries = parts.switches.profiles
    .filter(({ state }) => state !== 'STOPPED')
    .flatMap((profile) => [
      ...profile.aliases.map((alias) => [alias, aliasOf(profile)] as const),
      [profile.name, { ...profileOf(profile), ...gatewaysOf(profile, gateways), info: infoOf(profile) }] as const,
    ]);
  return JSON.stringify({ profiles: Object.fromEntries(entries) });
}

function aliasOf(profile: Profile): object {
  return { status: { type: 'alias', data: profile.name, state: 'ALIASED' }, info: infoOf(profile) };
}

function profileOf({ name, state }: Profile): object {
  const port = name === 'external' ? 5080 : 5060;
  return { status: { type: 'profile', state, 'in-use': 0, data: `sip:mod_sofia@192.0.2.5:${port}` } };
}

function gatewaysOf(profile: Profile, gateways: ReturnType<typeof runningGateways>): object {
  const own = gateways.filter((gateway) => gateway.profile === profile.name);
  if (own.length === 0) return {};
  const entries = own.map(({ trunk, words }) => [
    trunk.name,
    { type: 'gateway', data: `sip:${trunk.username}@${trunk.host}`, state: words.state },
  ]);
  return { gateways: Object.fromEntries(entries) };
}

function infoOf({ name }: Profile): object {
  return {
    'domain-name': 'N/A',
    'auto-nat': false,
    'db-name': `sofia_reg_${name}`,
    'presence-hosts': '',
    dialplan: 'XML',
    context: 'public',
    'challenge-realm': 'auto_from',
    'rtp-ip': '192.0.2.5',
    'sip-ip': '192.0.2.5',
    'hold-music': 'local_stream://moh',
    'outbound-proxy': 'N/A',
    'max-dialog': 0,
    'session-timeout': 0,
    'calls-in': 0,
    'failed-calls-in': 0,
    'calls-out': 0,
    'failed-calls-out': 0,
  };
}

/** Splits arguments at spaces, as FreeSWITCH does; single quotes enclose an argument that contains spaces. */
export function splitArguments(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|[^ ]+/gu)].map(([word, quoted]) => quoted ?? word);
}
