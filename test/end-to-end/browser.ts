import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { describe as describeResult, run } from './testbed.ts';

/** Path of Chromium in Debian. */
const program = '/usr/bin/chromium';

/** No network access by the browser itself, and no features that are missing in a container. */
const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Installs Debian's Chromium if it is missing. Returns the reason why it is unavailable, or an empty string. */
export async function installBrowser(): Promise<string> {
  if (existsSync(program)) return '';
  if (process.getuid?.() !== 0) return 'chromium is not installed, and only root can install it';
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { environment });
  const result = await run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], { environment });
  if (existsSync(program)) return '';
  return `chromium could not be installed: ${describeResult(result).trim().split('\n').at(-1) ?? ''}`;
}

/** Starts the browser; the caller closes it. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: browserArguments });
}
