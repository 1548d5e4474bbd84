import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AsteriskPair, network } from './asterisk-pair.ts';

/** A second address of the carrier, for the wizard's trunk, so that it is not mistaken for the endpoint that plays the phones. */
const provider = `${network}.3:15060`;
const phones = `${network}.2:15060`;
const nobody = `${network}.9:5999`;
/** The same address as {@link phones} in a notation that chan_sip treats as a host name and has to resolve. */
export const hostName = network.replace(/\d+$/u, (number) => String(256 * Number(number) + 2));

/** Adds forms of configuration that are common in FreePBX, Issabel and hand-written files. */
export async function addShapes(folder: string): Promise<void> {
  const [pbx, carrier] = [join(folder, 'pbx'), join(folder, 'carrier')];
  for (const file of [join(pbx, 'pjsip.conf'), join(carrier, 'pjsip.conf')])
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace(
        '[global]\n',
        '[global]\nendpoint_identifier_order=username,ip,anonymous\n',
      ),
    );
  await appendFile(join(pbx, 'pjsip.conf'), endpoints);
  await writeFile(join(pbx, 'pjsip_wizard.conf'), wizard);
  await writeFile(join(pbx, 'sip.conf'), sip);
  await writeFile(join(pbx, 'iax.conf'), iax);
  await appendFile(join(carrier, 'pjsip.conf'), carrierParts);
}

/** One endpoint as `pjsip show endpoints` prints it. */
export interface ConsoleEndpoint {
  readonly aors: readonly string[];
  /** `Avail`, `Unavail`, `NonQual` of each contact. */
  readonly contacts: readonly string[];
}

/** Reads the endpoints from the console, by name. */
export async function consoleEndpoints(pair: AsteriskPair): Promise<ReadonlyMap<string, ConsoleEndpoint>> {
  const text = await pair.pbxConsole('pjsip show endpoints');
  const blocks = text.split(/^ Endpoint: {2}(?!<)/mu).slice(1);
  return new Map(
    blocks.map((block) => [
      /^[^\s/]+/u.exec(block)?.[0] ?? '',
      {
        aors: [...block.matchAll(/^ +Aor: {2}(\S+)/gmu)].map(([, aor = '']) => aor),
        contacts: [...block.matchAll(/^ +Contact: {2}\S+ +[0-9a-f]{10} (\w+)/gmu)].map(([, status = '']) => status),
      },
    ]),
  );
}

/** Reads the states of the registrations from the console, by name. */
export async function consoleRegistrations(pair: AsteriskPair): Promise<ReadonlyMap<string, string>> {
  const text = await pair.pbxConsole('pjsip show registrations');
  return new Map(
    [...text.matchAll(/^ ([\w-]+)\/sip:\S+ +\S+ +(Registered|Rejected|Unregistered)/gmu)].map(
      ([, name = '', word = '']) => [name, word],
    ),
  );
}

const endpoints = `
[2001](ep)
aors=2001,2001-app
[2001](ao)
[2001-app](ao)
contact=sip:app@${phones}
[twoline](ep)
aors=twoline,twoline-backup
[twoline](ao)
contact=sip:${nobody}
[twoline-backup](ao)
contact=sip:${phones}
[anonymous](ep)
[inbound](ep)
[inbound-identify]
type=identify
endpoint=inbound
match=${network}.2
[ghost](ep)
aors=ghost
[ghost](ao)
contact=sip:nobody.invalid
[ghost-unasked](ep)
aors=ghost-unasked
[ghost-unasked](ao)
qualify_frequency=0
contact=sip:nobody.invalid
[line-unasked](ep)
aors=line-unasked
[line-unasked](ao)
qualify_frequency=0
contact=sip:${phones}
[2010](ep)
auth=2010
aors=2010
[2010](au)
username=2010
password=pw-2010
[2010](ao)
qualify_frequency=0
`;

const wizard = `
[wiz](!)
type=wizard
transport=udp
sends_auth=yes
sends_registrations=yes
outbound_auth/username=trunk_ok
outbound_auth/password=trunk-pw
endpoint/context=default
endpoint/allow=ulaw
aor/qualify_frequency=5
aor/qualify_timeout=4
registration/max_random_initial_delay=1
registration/expiration=60
[wizard-one](wiz)
remote_hosts=${provider}
[wizard-two](wiz)
remote_hosts=${provider},${nobody}
`;

const sip = `
[general]
udpbindaddr=${network}.1:16060
context=default
allowguest=no
srvlookup=no
qualifyfreq=3
registertimeout=5
register => trunk_ok:trunk-pw@${hostName}:15060
[byname]
type=peer
host=${hostName}
port=15060
qualify=yes
[lost]
type=peer
host=nobody.invalid
qualify=yes
[lost-unasked]
type=peer
host=nobody.invalid
qualify=no
`;

const iax = `
[general]
bindport=14569
bindaddr=${network}.1
register => nobody:none@nobody.invalid
[iax-lost]
type=peer
host=nobody.invalid
qualify=yes
[301]
type=friend
host=dynamic
secret=pw-301
qualify=yes
`;

const carrierParts = `
[udp3]
type=transport
protocol=udp
bind=${provider}
[2010-auth]
type=auth
auth_type=userpass
username=2010
password=pw-2010
[2010]
type=registration
transport=udp
outbound_auth=2010-auth
server_uri=sip:${network}.1:15060
client_uri=sip:2010@${network}.1:15060
contact_user=2010
max_random_initial_delay=1
expiration=60
retry_interval=3
max_retries=10000
[to-pbx]
type=endpoint
context=default
disallow=all
allow=ulaw
transport=udp
aors=to-pbx
from_user=stranger
[to-pbx]
type=aor
contact=sip:5000@${network}.1:15060
`;
