import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Phone } from './phone/phone.ts';
import type { RelayPlan } from './phone/media-relay.ts';
import type { Codec } from './phone/session-description.ts';
import { instances, lane, testbedOutput } from './testbed.ts';

/** A loopback network that only these tests use, in this lane: .1 is the PBX, and each phone has its own address. */
const network = `127.18.${lane}`;
const pbx = { address: `${network}.1`, sipPort: 15_060, httpPort: 18_088 } as const;

/** URL of the AMI of this PBX. */
export const pbxUrl = `http://${pbx.address}:${pbx.httpPort}`;
/** Password of all accounts of this PBX; made up, it protects nothing. */
export const password = 's3cret-calls';

/** Name of the file to which Asterisk logs logins, next to its main log. */
const securityLog = 'security';

/** A phone of these tests. */
export interface PhonePlan {
  /** Name of its account and its endpoint. */
  readonly name: string;
  readonly line?: RelayPlan;
  /** Default PCMU. */
  readonly codec?: Codec;
  /** Default true. */
  readonly sendsReports?: boolean;
  /** Default true. */
  readonly talks?: boolean;
  /** Whether its media may bypass the PBX (direct media); default false. */
  readonly directMedia?: boolean;
}

/** Options of the PBX. */
export interface CallLabOptions {
  /** `httptimeout` of manager.conf, in seconds; default 60. */
  readonly sessionSeconds?: number;
}

/** A real PBX and its registered phones. */
export interface CallLab {
  phone(name: string): Phone;
  /** Returns the number of AMI logins accepted by the PBX, by user, according to its security log. */
  logins(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/**
 * Starts a PBX with these phones. Extension 600 plays a tone endlessly; extension `to-NAME` calls that phone. Each phone has an AMI user of
 * the same name, with an event filter that passes only the ends of that phone's legs; user `all` receives the ends of all legs.
 */
export async function startCallLab(plans: readonly PhonePlan[], options: CallLabOptions = {}): Promise<CallLab> {
  const folder = await mkdtemp(join(tmpdir(), 'end-to-end-calls-'));
  for (const [file, text] of Object.entries(configuration(plans, options))) await writeFile(join(folder, file), text);
  await testbedOutput('asterisk', ['stop', instances.pbx]); // left over from an interrupted run
  await testbedOutput('asterisk', ['start', folder, instances.pbx]);
  const phones = new Map(plans.map((plan, index) => [plan.name, newPhone(plan, index)]));
  for (const phone of phones.values()) {
    await phone.open();
    await phone.register();
  }
  return {
    phone(name) {
      const found = phones.get(name);
      if (found === undefined) throw new Error(`there is no phone ${name}`);
      return found;
    },
    logins: readLogins,
    async close() {
      await Promise.all([...phones.values()].map((phone) => phone.close()));
      await testbedOutput('asterisk', ['stop', instances.pbx]);
      await rm(folder, { recursive: true });
    },
  };
}

/** Counts the accepted AMI logins in Asterisk's security log, which includes logins over HTTP. */
async function readLogins(): Promise<Readonly<Record<string, number>>> {
  const messages = (await testbedOutput('asterisk', ['logs', instances.pbx])).trim();
  const log = await readFile(join(dirname(messages), securityLog), 'utf8');
  const accepted = log.matchAll(/SecurityEvent="SuccessfulAuth".*Service="AMI".*AccountID="([^"]*)"/gu);
  const counts: Record<string, number> = {};
  for (const [, user = ''] of accepted) counts[user] = (counts[user] ?? 0) + 1;
  return counts;
}

function newPhone(
  { name, line = {}, codec = 'PCMU', sendsReports = true, talks = true }: PhonePlan,
  index: number,
): Phone {
  return new Phone({
    account: { username: name, password },
    address: `${network}.${index + 11}`,
    pbx: { address: pbx.address, port: pbx.sipPort },
    media: { codec, sendsReports, talks },
    line,
    source: 1_000_000 + index,
  });
}

function configuration(
  plans: readonly PhonePlan[],
  { sessionSeconds = 60 }: CallLabOptions,
): Readonly<Record<string, string>> {
  const managerHead = `${managerGeneral}httptimeout=${sessionSeconds}\n`;
  return {
    'logger.conf': `[general]\n[logfiles]\nmessages => notice,warning,error\n${securityLog} => security\n`,
    'http.conf': `[general]\nenabled=yes\nbindaddr=${pbx.address}\nbindport=${pbx.httpPort}\n`,
    'manager.conf': `${managerHead}${plans.map(({ name }) => managerUser(name, legEnd(name))).join('')}${managerUser('all', '')}`,
    'extensions.conf': extensions,
    'pjsip.conf': `${pjsipHead}${plans.map(endpoint).join('')}`,
  };
}

const managerGeneral = `[general]
enabled=yes
webenabled=yes
bindaddr=${pbx.address}
port=15038
displayconnects=no
`;

function managerUser(name: string, filter: string): string {
  return `[${name}]\nsecret=${password}\nread=system,dialplan\nwrite=system,reporting\n${filter}`;
}

/** The older kind of filter, a regular expression for the whole event; all releases support it. */
function legEnd(name: string): string {
  return `eventfilter=Channel: PJSIP/${name}-[0-9a-f]*[^0-9a-f].*Variable: RTPAUDIOQOS[^A-Z]\n`;
}

const extensions = `[default]
exten => 600,1,Answer()
 same => n,Milliwatt()
exten => _to-.,1,Dial(PJSIP/\${EXTEN:3})
`;

const pjsipHead = `[udp]
type=transport
protocol=udp
bind=${pbx.address}:${pbx.sipPort}
[ep](!)
type=endpoint
context=default
disallow=all
transport=udp
media_address=${pbx.address}
bind_rtp_to_media_address=yes
[au](!)
type=auth
auth_type=userpass
password=${password}
[ao](!)
type=aor
max_contacts=1
remove_existing=yes
`;

function endpoint({ name, codec = 'PCMU', directMedia = false }: PhonePlan): string {
  const allow = codec === 'PCMA' ? 'alaw' : 'ulaw';
  return `[${name}](ep)
auth=${name}
aors=${name}
allow=${allow}
direct_media=${directMedia ? 'yes' : 'no'}
[${name}](au)
username=${name}
[${name}](ao)
`;
}
