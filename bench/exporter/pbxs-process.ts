import { systemClock } from '../../src/clock.ts';
import { createAsteriskSimulator, type AsteriskSimulator } from '../../src/simulator/asterisk/index.ts';

/**
 * Runs simulated Asterisk servers, each on its own port. The arguments are `count`, `peers` and the interval of the exporter
 * (ms). `httptimeout` is longer than the interval, as required by the documentation. Phones are qualified as often as on a
 * real PBX, so roundtrips change all the time.
 */
const [count = 1, peers = 100, intervalMs = 30_000] = process.argv.slice(2).map(Number);
/** Time between two qualify requests to a contact, in milliseconds. On most real servers, `qualify_frequency` is 60 s. */
const qualifyMs = 60_000;

const httpTimeoutMs = Math.max(60_000, 2 * intervalMs);

const pbxs: AsteriskSimulator[] = [];
const urls: URL[] = [];
for (let index = 0; index < count; index += 1) {
  const pbx = createAsteriskSimulator({
    clock: systemClock,
    seed: index + 1,
    peers,
    trunks: 3,
    switches: { httpTimeoutMs },
  });
  pbxs.push(pbx);
  urls.push(await pbx.start());
}

let next = 0;
setInterval(qualify, Math.max(10, qualifyMs / count)).unref();

function qualify(): void {
  const pbx = pbxs[next % pbxs.length];
  next += 1;
  const contacts = (pbx?.world.extensions ?? []).flatMap((extension) => extension.contacts);
  for (const contact of contacts.filter(({ state }) => state === 'reachable'))
    contact.roundtripMicroseconds = 2_000 + Math.floor(Math.random() * 40_000);
}

process.on('message', (message) => {
  if (message === 'stop') process.exit(0);
  const sum = (value: (pbx: AsteriskSimulator) => number): number => pbxs.reduce((total, pbx) => total + value(pbx), 0);
  process.send?.({
    requests: sum(({ ledger }) => ledger.requestsTotal),
    logins: sum(({ ledger }) => ledger.loginsGood + ledger.loginsRefused),
    connections: sum(({ ledger }) => ledger.connectionsAccepted),
  });
});
process.send?.({ pbxs: pbxs.map(({ account }, index) => ({ url: String(urls[index]), account })) });
