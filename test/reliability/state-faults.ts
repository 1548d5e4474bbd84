import type { SimulatorTls } from '../../src/simulator/kit/server-definition.ts';
import { makeContact } from '../../src/simulator/kit/world.ts';
import type { PbxCertificates } from './certificates.ts';
import type { FaultRow } from './faults.ts';
import type { Lab } from './lab.ts';
import { pbxName, setNameService, type NameService } from './names.ts';

const day = 24 * 60 * 60_000;

function certificateTrouble(name: string, shown: (all: PbxCertificates) => SimulatorTls): FaultRow {
  return {
    name,
    stages: ['login'],
    changes: ({ certificates }) => ({
      certificate: shown(certificates),
      tls: { insecureSkipVerify: false, ca: certificates.authority },
    }),
    begin: () => {},
    end: (lab, { certificates }) => lab.renewCertificate(certificates.good),
    reasons: ['tls'],
  };
}

function nameTrouble(name: string, service: NameService): FaultRow {
  return {
    name,
    stages: ['login', 'session'],
    changes: () => {
      setNameService('works');
      return { host: pbxName };
    },
    begin: () => setNameService(service),
    end: () => setNameService('works'),
    reasons: ['dns'],
  };
}

/** Faults of name resolution and certificates. */
const identity: readonly FaultRow[] = [
  nameTrouble('host name unknown', 'unknown'),
  nameTrouble('name server fails', 'unavailable'),
  certificateTrouble('certificate expired', ({ expired }) => expired),
  certificateTrouble('certificate for another name', ({ wrongName }) => wrongName),
  certificateTrouble('certificate of an unknown authority', ({ selfSigned }) => selfSigned),
];

/** Changes of the system clock, and a machine that was suspended. */
const clocks: readonly FaultRow[] = [
  ...(
    [
      ['wall clock set forward by a day', day],
      ['wall clock set back by a day', -day],
    ] as const
  ).map(([name, shift]): FaultRow => ({
    name,
    stages: ['session'],
    begin: ({ clock }) => clock.shiftWall(shift),
    end: ({ clock }) => clock.shiftWall(-shift),
    reasons: ['good'],
  })),
  {
    name: "the exporter's machine slept for a day",
    stages: ['session'],
    begin: ({ clock }) => clock.advance(day),
    end: () => {},
    reasons: ['good'],
  },
];

/** Calls `strike` just before the PBX handles the request with this number, counted from now. */
async function beforeRequest(lab: Lab, number: number, strike: () => void): Promise<void> {
  let seen = 0;
  await lab.pbx.faults.set(
    { kind: 'delay', delayMs: 0 },
    {
      matches: () => {
        seen += 1;
        if (seen === number) strike();
        return false;
      },
    },
  );
}

/** Faults between any two requests of a round. */
const betweenRequests: readonly FaultRow[] = [1, 2, 3, 4].flatMap((number): readonly FaultRow[] => [
  {
    name: 'the session ends between any two requests',
    stages: ['session'],
    begin: (lab) => beforeRequest(lab, number, () => lab.pbx.endSessions()),
    end: ({ pbx }) => pbx.faults.clear(),
    reasons: ['good'],
  },
  {
    name: 'the PBX restarts between any two requests',
    stages: number % 2 === 1 ? ['session'] : ['login', 'session'],
    begin: (lab) =>
      beforeRequest(lab, number, () => {
        lab.pbx.endSessions();
        void lab.pbx.faults.set({ kind: 'refuse' });
      }),
    end: ({ pbx }) => pbx.faults.clear(),
    reasons: ['good', 'connect', 'protocol'],
  },
]);

const lockedOut: FaultRow = {
  name: "the exporter's address is locked out",
  stages: ['login'],
  async begin(lab) {
    for (let second = 0; second < 20 && lab.pbx.ledger.bans === 0; second += 1) {
      await strangerFails(lab);
      lab.clock.advance(1_000);
    }
  },
  end: liftBlock,
  mayBan: true,
  // MikoPBX up to 2024 bans for twelve hours.
  recoversWithin: 1_500,
  reasons: ['good', 'locked_out', 'connect', 'bad_credentials', 'suspended', 'rate_limited', 'timeout', 'http_status'],
};

/** Lifts the lock if the PBX never does so by itself and requires an administrator. */
function liftBlock({ pbx }: Lab): void {
  if ('liftBlock' in pbx && typeof pbx.liftBlock === 'function') pbx.liftBlock();
}

/** Makes one login with a wrong password as another client with the exporter's address. */
async function strangerFails(lab: Lab): Promise<void> {
  const stranger = lab.secondTarget({
    account: (right) =>
      right.kind === 'token' ? { ...right, token: `${right.token.slice(0, -1)}~` } : { ...right, password: 'wrong' },
  });
  await stranger.poll();
}

/** Unusual contents of a PBX's lists. */
const contents: readonly FaultRow[] = [
  contentTrouble('control characters and quotes in names', ({ pbx }) => {
    for (const extension of pbx.world.extensions) extension.name = 'a\u0000b\u001b[31m"\\\n\r\t\u2028\u{1f600}\ud800';
    for (const trunk of pbx.world.trunks) trunk.username = '"}\n# EOF\n{';
  }),
  contentTrouble('two phones with the same number', ({ pbx }) => {
    const [first] = pbx.world.extensions;
    if (first !== undefined) pbx.world.extensions.push({ ...first, name: 'twin', contacts: [makeContact('9')] });
  }),
  contentTrouble('a phone without a number', ({ pbx }) => {
    const [first] = pbx.world.extensions;
    if (first !== undefined) pbx.world.extensions.push({ ...first, number: '' });
  }),
  contentTrouble('no phones and no trunks at all', ({ pbx }) => {
    pbx.world.extensions = [];
    pbx.world.trunks = [];
  }),
];

function contentTrouble(name: string, change: (lab: Lab) => void): FaultRow {
  let before: string | undefined;
  return {
    name,
    stages: ['session'],
    begin(lab) {
      before = JSON.stringify(lab.pbx.world);
      change(lab);
    },
    end: ({ pbx }) => void Object.assign(pbx.world, JSON.parse(before ?? '{}')),
    // MikoPBX shows empty lists while its telephony core is away.
    reasons: ['good', 'protocol', 'service_unavailable'],
  };
}

/** Every fault that is not on the wire. */
export const stateFaults: readonly FaultRow[] = [...identity, ...clocks, ...betweenRequests, lockedOut, ...contents];
