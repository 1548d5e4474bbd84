import { existsSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { checkConfigText } from '../../src/commands/read-config.ts';
import { simulatedFamilies, simulationConfig, startSimulation, withoutFault } from '../../src/commands/simulate.ts';
import { createExporter } from '../../src/exporter.ts';
import { silentLog } from '../../src/log.ts';
import type { TargetRecord } from '../../src/snapshot/record.ts';

/** Returns the record after one round of a simulated PBX, with the configuration printed by `simulate`. */
async function roundAgainst(family: string, fault: string): Promise<TargetRecord> {
  const options = { count: 1, peers: 6, trunks: 3, seed: 1, port: 0, life: false };
  const simulation = await startSimulation({ ...options, families: [family], faults: [fault] });
  onTestFinished(() => simulation.stop());
  const file = checkConfigText(simulationConfig(simulation.running, 'scrape: { timeout: 5s }\n'), 'simulated');
  if (!file.ok) throw new Error(file.problems);
  const exporter = createExporter({
    config: file.config,
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    version: 'x',
  });
  onTestFinished(() => exporter.fleet.stop());
  const [target] = exporter.fleet.targets;
  if (target === undefined) throw new Error('no target');
  await exporter.fleet.poll(target);
  return target.record;
}

describe('faults of simulated PBXs that no wire shows', () => {
  test.each([
    ['yeastar-p', 'trunks'],
    ['webitel-legacy', 'trunks'],
    ['webitel-modern', 'trunks'],
    ['portsip', 'trunks'],
    ['mikopbx', 'peers'],
    ['mikopbx-legacy', 'peers'],
    ['mikopbx-api-key', 'peers'],
  ] as const)('right-missing, %s: %s cannot be read, the PBX is up', async (family, collector) => {
    const { up, collectors } = await roundAgainst(family, 'right-missing');
    expect(up).toBe(true);
    expect(Object.entries(collectors).filter(([, { success }]) => !success)).toEqual([
      [collector, expect.objectContaining({ reason: 'forbidden' })],
    ]);
  });

  test('right-missing, asterisk: it goes on with what it may see, and says so', async () => {
    const { retained } = await roundAgainst('asterisk', 'right-missing');
    expect(retained.system?.value.model).toContain('reporting only');
  });

  test.each([
    ['yeastar-s', 'account-locked', 'locked_out'],
    ['yeastar-k2', 'account-locked', 'locked_out'],
    ['yeastar-s', 'address-blocked', 'config'],
    ['yeastar-p', 'address-blocked', 'locked_out'],
    ['portsip', 'address-blocked', 'locked_out'],
    ['mikopbx', 'address-blocked', 'rate_limited'],
    ['mikopbx-legacy', 'address-blocked', 'connect'],
    ['asterisk', 'certificate-expired', 'tls'],
    ['mikopbx-api-key', 'certificate-other-name', 'tls'],
  ])('%s, %s: %s', async (family, fault, reason) => {
    const { up, lastRound } = await roundAgainst(family, fault);
    expect([up, lastRound?.reason]).toEqual([false, reason]);
  });

  test('certificates are refused for what is wrong with them, not for who signed them', async () => {
    const expired = await roundAgainst('yeastar-p', 'certificate-expired');
    expect(expired.lastRound?.detail).toContain('has expired');
    const other = await roundAgainst('yeastar-p', 'certificate-other-name');
    expect(other.lastRound?.detail).toContain('it is valid for other.example.org');
  });

  test('families whose PBXs never do that are named, and the file of the authority goes with the simulation', async () => {
    const options = { count: 1, peers: 1, trunks: 1, seed: 1, port: 0, life: false };
    const faults = ['account-locked', 'certificate-expired'];
    const simulation = await startSimulation({ ...options, families: simulatedFamilies(), faults });
    const { running } = simulation;
    const spared = new Set(withoutFault(running, 'account-locked').map(({ simulator }) => simulator.family));
    expect([...spared].sort()).toEqual(['asterisk', 'freeswitch', 'mikopbx', 'portsip', 'webitel', 'yeastar-p']);
    expect(withoutFault(running, 'certificate-expired')).toEqual([]);
    const { authority = '' } = running[0] ?? {};
    expect(existsSync(authority)).toBe(true);
    await simulation.stop();
    expect(existsSync(authority)).toBe(false);
  });
});
