import type { World } from '../../../src/simulator/kit/world.ts';

const trunk = { username: 'acct-1', secret: 'made-up-trunk-secret' };

/** Returns a small PBX with one example of everything that Webitel supports. */
export function smallWorld(): World {
  return {
    extensions: [
      { number: '1001', name: 'Ada Alder', state: 'reachable', call: 'idle', contacts: [] },
      { number: '1002', name: 'Bruno "B" Birch', state: 'reachable', call: 'talking', contacts: [] },
      { number: '1003', name: 'Zoë Nováček 100%', state: 'unregistered', call: 'idle', contacts: [] },
      { number: '0077', name: 'Front Door', state: 'unreachable', call: 'idle', contacts: [] },
    ],
    trunks: [
      { ...trunk, id: 3, name: 'itsp-a', kind: 'register', host: 'sip.example.net', state: 'registered' },
      { ...trunk, id: 4, name: 'carrier-c', kind: 'address', host: '203.0.113.9', state: 'reachable' },
      { ...trunk, id: 5, name: 'itsp-b', kind: 'register', host: 'sip.example.com', state: 'rejected' },
      { ...trunk, id: 6, name: 'itsp-d', kind: 'register', host: 'sip.example.org:5062', state: 'disabled' },
      { ...trunk, id: 7, name: 'itsp-e', kind: 'register', host: 'sip.example.org', state: 'registering' },
      { ...trunk, id: 8, name: 'itsp-f', kind: 'register', host: 'sip.example.org', state: 'unregistered' },
      { ...trunk, id: 9, name: 'itsp-g', kind: 'register', host: 'sip.example.org', state: 'failed' },
    ],
    calls: [
      { id: 'call-1', direction: 'inbound', from: 'outside', to: '1002', startedAt: 0, state: 'talking' },
      { id: 'call-2', direction: 'internal', from: '1001', to: '1002', startedAt: 0, state: 'ringing' },
    ],
    queues: [
      {
        number: 'support',
        name: 'support',
        waitingCallers: 2,
        agents: [
          { extension: '1001', paused: false },
          { extension: '1002', paused: true },
        ],
      },
      { number: 'sales', name: 'sales', waitingCallers: 0, agents: [] },
    ],
    version: '',
    startedAt: Date.UTC(2026, 0, 8, 22, 56, 41),
  };
}
