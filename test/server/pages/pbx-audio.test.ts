import { describe, expect, test } from 'vitest';
import { documentedFamilies, readFamilyPage } from '../../../src/commands/status-pages.ts';
import { families } from '../../../src/drivers/index.ts';
import { familyPage } from '../../../src/server/pages/family-page.ts';
import { pbxPage } from '../../../src/server/pages/pbx-page.ts';
import type { RunningLegs } from '../../../src/snapshot/call-quality.ts';
import { asked, linkNamed, plainText } from './page-text.ts';
import { headquarters, target, view } from './status-targets.ts';

const shown = { ...view, documented: documentedFamilies() };
const flowing = { flowing: 10, one_way: 0, none: 0, unknown: 0 };

function page(running: RunningLegs, seenBy = shown): string {
  const one = target('hq', { retained: { quality: { eventGaps: 0, running } } });
  return pbxPage({ ...one, identity: { ...one.identity, family: 'asterisk' } }, asked(''), seenBy);
}

describe('a PBX whose running calls have poor audio', () => {
  test('one-way audio: where to look, with a link to the page of the family', () => {
    const html = page({ media: { ...flowing, one_way: 2 }, lossy: { '0.01': 0, '0.05': 0 } });
    expect(plainText(html)).toContain(
      '2 running call legs have one-way audio: the PBX sends packets, but receives none. Check that firewall and NAT let the RTP ports through to the PBX, that external_media_address is its public address, and whether direct_media = no helps.',
    );
    expect(plainText(html)).not.toContain('Check for a full Internet line');
    expect(linkNamed(html, 'More about poor audio')).toBe('family?name=asterisk#one-way-audio-and-packet-loss');
  });

  test('packet loss: from 5 % on, as the alert; less is only in the number of the tile', () => {
    const lossy = page({ media: flowing, lossy: { '0.01': 3, '0.05': 1 } });
    expect(plainText(lossy)).toContain(
      '1 running call leg loses more than 5 % of its packets on the way to the PBX. Check for a full Internet line (backup, update, video) first, then the Wi-Fi and the switches of the phones.',
    );
    expect(linkNamed(lossy, 'More about poor audio')).toBe('family?name=asterisk#one-way-audio-and-packet-loss');
    const slightly = page({ media: flowing, lossy: { '0.01': 3, '0.05': 0 } });
    expect(slightly).not.toContain('More about poor audio');
  });

  test.each<[string, RunningLegs]>([
    ['good audio', { media: { ...flowing, none: 2 }, lossy: { '0.01': 0, '0.05': 0 } }],
    ['a loss that nobody could judge', { media: { ...flowing, unknown: 3 } }],
  ])('%s is no reason for a hint', (_, running) => {
    expect(page(running)).not.toContain('More about poor audio');
    expect(page(running)).not.toContain('Check ');
  });

  test('without the documentation there is the sentence, but no dead link', () => {
    const html = page({ media: { ...flowing, one_way: 1 } }, { ...shown, documented: new Set() });
    expect(plainText(html)).toContain('1 running call leg has one-way audio');
    expect(html).not.toContain('one-way-audio-and-packet-loss');
    expect(pbxPage(headquarters, asked(''), shown)).not.toContain('one-way-audio-and-packet-loss');
  });

  test('the page of each family with call quality has the section', () => {
    const names = families.flatMap(({ name, collectors }) => (collectors.includes('quality') ? [name] : []));
    expect(names).not.toEqual([]);
    for (const name of names) {
      const html = familyPage(name, readFamilyPage(name), new URLSearchParams({ name }), shown);
      expect(html).toContain('id="one-way-audio-and-packet-loss"');
    }
  });
});
