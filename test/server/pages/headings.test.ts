import { describe, expect, test } from 'vitest';
import { configPage } from '../../../src/server/config-page.ts';
import { fleetPage } from '../../../src/server/pages/fleet-page.ts';
import { pbxPage, unknownPbxPage } from '../../../src/server/pages/pbx-page.ts';
import { asked } from './page-text.ts';
import { headquarters, mixedFleet, refused, silent, view, waiting } from './status-targets.ts';

const pages: readonly (readonly [string, string])[] = [
  ['all PBXs', fleetPage(mixedFleet, asked(), view)],
  ['no PBX', fleetPage([], asked(), view)],
  ...[headquarters, refused, silent, waiting].map(
    (target) => [target.identity.name, pbxPage(target, asked(), view)] as const,
  ),
  ['unknown', unknownPbxPage('x', ['y'], view)],
  ['configuration', configPage('targets: []\n', asked(), view)],
];

describe('headings', () => {
  test.each(pages)('%s: one of the first level, and none that leaves out a level', (_name, html) => {
    const levels = [...html.matchAll(/<h([1-6])[ >]/gu)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
  });
});
