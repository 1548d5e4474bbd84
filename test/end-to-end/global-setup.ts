import type { TestProject } from 'vitest/node';
import { type Component, describe, instancesOf, lanes, run, testbed, unavailableCode } from './testbed.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The reason why a component is unavailable on this machine; empty if it is available. */
    readonly unavailable: Readonly<Record<Component, string>>;
  }
}

const whatIsLost: Readonly<Record<Component, string>> = {
  asterisk:
    'NOT tested: the exporter against a real Asterisk and a real Prometheus (asterisk-*.test.ts), the image (container.test.ts)',
  prometheus:
    'NOT tested: the exporter against a real Asterisk and a real Prometheus (asterisk-*.test.ts), alerts and dashboards (alerts, rules, dashboards, probe-scrape.test.ts)',
  container: 'NOT tested: building and running the container image (container.test.ts)',
  'debian-root': 'NOT tested: the packages on a bare Debian 12 (packages.test.ts)',
  renderers: 'NOT tested: what the Helm chart, kustomize and the mixin come to (helm.test.ts, mixin.test.ts)',
};

/** Builds the exporter, fetches the real components and prints a prominent warning about unavailable components. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await mustSucceed('npm', ['run', 'build']);
  const unavailable = {
    asterisk: await prepare('asterisk', ['install']),
    prometheus: await prepare('prometheus', ['install']),
    container: await prepare('container', ['base']),
    'debian-root': await prepare('debian-root', ['install']),
    renderers: await prepare('renderers', ['install']),
  };
  await stopEverything(unavailable);
  project.provide('unavailable', unavailable);
  announce(unavailable);
  return async () => {
    await stopEverything(unavailable);
    announce(unavailable);
  };
}

async function prepare(component: Component, commandArguments: readonly string[]): Promise<string> {
  const result = await testbed(component, commandArguments);
  if (result.code === 0) return '';
  if (result.code === unavailableCode) return reasonLine.exec(result.stderr)?.[0] ?? result.stderr.trim();
  throw new Error(`test/testbed/${component} ${commandArguments.join(' ')} failed with ${describe(result)}`);
}

async function mustSucceed(command: string, commandArguments: readonly string[]): Promise<void> {
  const result = await run(command, commandArguments);
  if (result.code !== 0) throw new Error(`${command} ${commandArguments.join(' ')} failed with ${describe(result)}`);
}

async function stopEverything(unavailable: Readonly<Record<Component, string>>): Promise<void> {
  for (const { pbx, carrier, prometheus } of lanes.map(instancesOf)) {
    await testbed('asterisk', ['stop', pbx]);
    await testbed('asterisk', ['stop', carrier]);
    await testbed('prometheus', ['stop', prometheus]);
  }
  if (unavailable.container === '') await testbed('container', ['end']);
}

function announce(unavailable: Readonly<Record<Component, string>>): void {
  const missing = components.filter((component) => unavailable[component] !== '');
  if (missing.length === 0) return;
  const lines = missing.flatMap((component) => ['', ...unavailable[component].split('\n'), whatIsLost[component]]);
  const bar = '#'.repeat(100);
  const framed = ['PART OF THE END-TO-END TESTS IS SKIPPED', ...lines].map((line) => `# ${line}`.trimEnd());
  process.stderr.write(`\n${[bar, ...framed, bar].join('\n')}\n\n`);
}

/** The reason printed by the script, without the output of apt before it. */
const reasonLine = /^.*cannot be had on this machine.*$/mu;

const components: readonly Component[] = ['asterisk', 'prometheus', 'container', 'debian-root', 'renderers'];
