import { expect, test } from 'vitest';
import { asterisk } from '../../../src/drivers/asterisk/index.ts';
import type { AsteriskCall } from '../../../src/drivers/asterisk/requests.ts';
import { actionRequest, requests } from '../../../src/drivers/asterisk/requests.ts';
import { allowedMethod, compileAllowed } from '../../../src/transport/allowed.ts';
import { setUp } from './support.ts';

/**
 * An account that may read variables can read every secret in Asterisk's configuration: `Getvar` (classes call, reporting) and `Status`
 * with `Variables` (system, call, reporting) accept `AST_CONFIG(file,section,key)`, as observed on 16 and 22. The other actions show or
 * change files, or run commands.
 */
const dangerous = [
  ['Getvar', { Variable: 'AST_CONFIG(manager.conf,exporter,secret)' }],
  ['Status', { Variables: 'AST_CONFIG(manager.conf,exporter,secret)' }],
  ['GetConfig', { Filename: 'manager.conf' }],
  ['GetConfigJSON', { Filename: 'manager.conf' }],
  ['Command', { Command: 'manager show user exporter' }],
  ['Setvar', { Variable: 'SHELL(id)' }],
  ['Originate', { Application: 'System' }],
  ['UpdateConfig', { SrcFilename: 'manager.conf' }],
] as const;

test.each(dangerous)('%s cannot leave the program, under no name of a call', (action, fields) => {
  for (const { call, path } of requests) {
    const request = { call, path, body: { kind: 'form', fields: { action, ...fields } } } as const;
    expect(() => allowedMethod(compileAllowed(requests), request)).toThrow(/not in the list/u);
  }
});

test('what a round sends are names of endpoints and peers, and nothing that Asterisk evaluates', async () => {
  const names = new Set<string>();
  const variables = new Set<string | null>();
  const { bench, simulator } = await setUp(
    { collect: asterisk.collectors },
    {
      release: 16,
      switches: { technologyOf: () => 'sip', trunkTechnologyOf: ({ id }) => (id % 2 === 0 ? 'pjsip' : 'sip') },
    },
  );
  await simulator.faults.set(
    { kind: 'html', status: 200 },
    {
      matches: ({ body }) => {
        const fields = new URLSearchParams(body);
        for (const name of fields.keys()) names.add(name);
        variables.add(fields.get('variable'));
        return false;
      },
    },
  );
  simulator.legs.start({ endpoint: '1001', technology: 'SIP' });
  simulator.legs.start({ endpoint: '1002' });
  await bench.poll();
  const parameters = ['action', 'channel', 'endpoint', 'events', 'peer', 'secret', 'timeout', 'username', 'variable'];
  expect([...names].toSorted()).toEqual(parameters);
  expect(variables).toEqual(new Set([null, 'CHANNEL(rtcp,all)', 'CHANNEL(rtpqos,audio,all)']));
});

test('every request names its action, which nothing can replace', () => {
  for (const { call, fields } of requests) {
    const { body } = actionRequest(call as AsteriskCall);
    expect(body).toEqual({ kind: 'form', fields });
  }
});
