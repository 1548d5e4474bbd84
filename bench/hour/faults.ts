import { faultNames, type Fault } from '../../src/simulator/kit/fault.ts';
import type { FaultScope } from '../../src/simulator/kit/fault-plan.ts';
import type { Random } from '../../src/simulator/kit/random.ts';
import type { SimulatorRequest } from '../../src/simulator/kit/request.ts';
import { makeContact } from '../../src/simulator/kit/world.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';

/** A simulated PBX with its state during the hour. */
export interface HourPbx {
  readonly simulator: Simulator;
  /** Ends its current fault. */
  recover?: () => Promise<void>;
  /** Number of logins, renewals and logouts affected by a fault; each may have left an orphaned session. */
  affectedLogins: number;
  /** Number of replaced phones. */
  replacedPhones: number;
}

/** Faults that can affect any request. */
const anywhere: readonly string[] = [
  'reset-at-accept',
  'close-at-accept',
  'hang-at-accept',
  'hang',
  'close',
  'reset-after-request',
  'html-502',
  'status-500',
  'status-503',
  'lost-answer',
  'reset-in-body',
  'hang-in-body',
  'drip',
  'cut-body',
  'wrong-length',
  'broken-chunks',
  'invalid-utf8',
  'huge-body',
  'gzip-bomb',
  'slow',
];

/** Faults that must not affect logins, because the exporter would suspend logins for up to an hour. */
const afterLogin: readonly Fault[] = [
  ...['html', 'status-429', 'redirect'].flatMap((name) => faultNames[name]?.fault ?? []),
  { kind: 'status', status: 404, body: 'nothing here\n' },
  { kind: 'altered-body', alter: () => 'null' },
  { kind: 'altered-body', alter: (text) => (text.trimStart().startsWith('[') ? '{}' : '[]') },
];

const sessionCall = /log(?:in|off|out)|sign_|token|auth|session\/(?:start|end)/i;

/** Causes a random fault on a PBX, which lasts until `recover` is called. Returns its name. */
export async function injectFault(pbx: HourPbx, random: Random): Promise<string> {
  const kind = random.integer(0, anywhere.length + afterLogin.length + 3);
  if (kind < anywhere.length) return setFault(pbx, faultNames[anywhere[kind] ?? '']?.fault, countAffectedLogins(pbx));
  const late = afterLogin[kind - anywhere.length];
  if (late !== undefined) return setFault(pbx, late, { matches: ({ call }) => !sessionCall.test(call) });
  pbx.simulator.endSessions();
  if (random.chance(0.3)) {
    pbx.recover = () => Promise.resolve();
    return 'sessions forgotten';
  }
  replacePhone(pbx);
  await setFault(pbx, { kind: 'refuse' }, {});
  // A login may have been in progress when the PBX went down.
  pbx.simulator.endSessions();
  return 'restart';
}

async function setFault(pbx: HourPbx, fault: Fault | undefined, scope: FaultScope): Promise<string> {
  if (fault === undefined) throw new Error('no such fault');
  pbx.recover = () => pbx.simulator.faults.clear();
  await pbx.simulator.faults.set(fault, scope);
  return fault.kind;
}

function countAffectedLogins(pbx: HourPbx): FaultScope {
  return {
    matches(request: SimulatorRequest) {
      if (sessionCall.test(request.call)) pbx.affectedLogins += 1;
      return true;
    },
  };
}

/** Replaces one phone with another after a restart, so that series change during the whole hour. */
function replacePhone(pbx: HourPbx): void {
  const { world } = pbx.simulator;
  pbx.replacedPhones += 1;
  const number = String(7_000 + pbx.replacedPhones);
  const contact = { ...makeContact(number), roundtripMicroseconds: 18_000 };
  world.extensions.shift();
  world.extensions.push({ number, name: `Phone ${number}`, state: 'reachable', call: 'idle', contacts: [contact] });
}
