import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { network } from './asterisk-pair.ts';

/** An endpoint name with characters that break a metrics page without escaping: quotes, spaces, UTF-8, braces. */
export const oddName = 'front "desk" Zoë {a}';

/** Ports on which chan_sip and IAX2 of both instances listen. */
const ports = { sip: 16_060, iax2: 14_569 } as const;

/** Extends the sample configuration with an odd name, a queue, and chan_sip and IAX2 with phones and trunks. */
export async function addExtras(folder: string): Promise<void> {
  const [pbx, carrier] = [join(folder, 'pbx'), join(folder, 'carrier')];
  await appendFile(join(pbx, 'pjsip.conf'), oddEndpoint);
  await appendFile(join(carrier, 'pjsip.conf'), sipPhone);
  await writeFile(join(pbx, 'queues.conf'), '[general]\n[support]\nmember => PJSIP/1005\n[empty]\n');
  await writeFile(join(pbx, 'sip.conf'), sip);
  await writeFile(join(pbx, 'iax.conf'), `${iaxGeneral(1)}${iax}`);
  await writeFile(join(carrier, 'iax.conf'), `${iaxGeneral(2)}[iaxuser]\ntype=friend\nhost=dynamic\nsecret=iax-pw\n`);
}

/** Returns the configuration of endpoints that a reload adds or removes: phones that never register. */
export function manyEndpoints(count: number): string {
  const one = (_: unknown, index: number): string =>
    `[${7_000 + index}](ep)\naors=${7_000 + index}\n[${7_000 + index}](ao)\n`;
  return Array.from({ length: count }, one).join('');
}

// Asterisk cannot send OPTIONS requests with this name in the From header; from_user replaces it.
const oddEndpoint = `
[${oddName}](ep)
from_user=desk
aors=${oddName}
[${oddName}](ao)
contact=sip:desk@${network}.2:15060
`;

/** The carrier also plays the chan_sip phone 201. */
const sipPhone = `
[phone201-auth]
type=auth
auth_type=userpass
username=201
password=pw-201
[phone201]
type=registration
transport=udp
outbound_auth=phone201-auth
server_uri=sip:${network}.1:${ports.sip}
client_uri=sip:201@${network}.1:${ports.sip}
contact_user=201
max_random_initial_delay=1
expiration=60
retry_interval=3
max_retries=10000
`;

const sip = `
[general]
udpbindaddr=${network}.1:${ports.sip}
context=default
allowguest=no
qualifyfreq=3
registertimeout=5
register => trunk_ok:trunk-pw@${network}.2:15060
register => trunk_ok:trunk-pw@${network}.2:15060/twin
register => nobody:none@${network}.9:5999
[201]
type=friend
host=dynamic
secret=pw-201
qualify=yes
[202]
type=friend
host=dynamic
secret=pw-202
qualify=yes
[203]
type=peer
host=${network}.9
port=5999
qualify=500
[204]
type=peer
host=${network}.9
port=5999
qualify=no
[sipline]
type=peer
host=${network}.2
port=15060
qualify=yes
`;

const iax = `
register => iaxuser:iax-pw@${network}.2:${ports.iax2}
[iaxline]
type=peer
host=${network}.2
port=${ports.iax2}
qualify=yes
qualifyfreqok=3000
qualifyfreqnotok=3000
[301]
type=friend
host=dynamic
secret=pw-301
qualify=yes
`;

// The port must come first: bindaddr uses the port configured before it.
function iaxGeneral(host: number): string {
  return `[general]\nbindport=${ports.iax2}\nbindaddr=${network}.${host}\n`;
}
