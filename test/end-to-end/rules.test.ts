import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { describe as describeResult, projectFolder, testbed } from './testbed.ts';

const good = /^exit code 0\n/;

const cases = (name: string): string => `test rules deploy/prometheus/${name}.test.yml`;

describe.skipIf(inject('unavailable').prometheus !== '')('the files of deploy/', () => {
  test.each([
    cases('alerts'),
    cases('alerts-probe'),
    cases('alerts-long'),
    cases('alerts-week'),
    'check rules --lint=all --lint-fatal deploy/prometheus/rules/alerts.yml',
    'check rules --lint=all --lint-fatal deploy/prometheus/rules/recording.yml',
    'check config --lint=all --lint-fatal deploy/prometheus/prometheus.yml',
    'check config --lint=all --lint-fatal deploy/prometheus/prometheus-probe.yml',
  ])(
    'promtool %s',
    async (commandLine) => {
      expect(await answerOf('promtool', commandLine)).toMatch(good);
    },
    900_000,
  );

  // Ranges and joins, which such an old Prometheus could evaluate differently, are covered by the cases of one style.
  test.each([
    ['promtool', 'check rules deploy/prometheus/rules/alerts.yml deploy/prometheus/rules/recording.yml'],
    ['promtool', cases('alerts')],
    ['promtool', cases('alerts-week')],
    ['amtool', 'check-config deploy/alertmanager/alertmanager.yml'],
  ])(
    'so do those of Debian 12 (Prometheus 2.42, Alertmanager 0.25): %s %s',
    async (program, commandLine) => {
      expect(await answerOf(program, commandLine, { PROMETHEUS_SUITE: 'bookworm' })).toMatch(good);
    },
    900_000,
  );

  test('amtool accepts alertmanager.yml', async () => {
    const file = join(projectFolder, 'deploy/alertmanager/alertmanager.yml');
    expect(await answerOf('amtool', `check-config ${file}`)).toMatch(good);
  });
});

async function answerOf(program: string, commandLine: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const result = await testbed('prometheus', [program, ...commandLine.split(' ')], {
    // Each evaluation step allocates much short-lived memory; less frequent garbage collection saves a fifth of the time.
    environment: { GOGC: '400', ...environment },
    timeoutMs: 900_000,
  });
  return describeResult(result);
}
