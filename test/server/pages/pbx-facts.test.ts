import { describe, expect, test } from 'vitest';
import { fleetPage } from '../../../src/server/pages/fleet-page.ts';
import { pbxPage } from '../../../src/server/pages/pbx-page.ts';
import type { ConfiguredTarget, StatusTarget, View } from '../../../src/server/pages/view.ts';
import { asked, linkNamed, plainText } from './page-text.ts';
import { headquarters, hostile, refused, silent, target, view } from './status-targets.ts';

const configured: ConfiguredTarget = {
  url: new URL('https://pbx.example.org:8088/prefix'),
  webPage: new URL('https://pbx.example.org:8088/'),
};
const shown: View = {
  ...view,
  configured: () => configured,
  documented: new Set(['yeastar-p']),
  reloadCommand: 'sudo systemctl reload pbx-exporter.service',
};
const page = (of: StatusTarget, seen: View = shown): string => pbxPage(of, asked(), seen);
const text = (of: StatusTarget, seen: View = shown): string => plainText(page(of, seen));

describe('where a PBX and its documentation are', () => {
  test('the url that is asked is shown, and the page of the PBX is one click away', () => {
    expect(text(headquarters)).toContain('API address https://pbx.example.org:8088/prefix');
    expect(linkNamed(page(headquarters), 'https://pbx.example.org:8088/')).toBe('https://pbx.example.org:8088/');
  });

  test('no link where the PBX has no page that is known, and nothing of a PBX that the configuration does not know', () => {
    const { url } = configured;
    expect(text(headquarters, { ...shown, configured: () => ({ url }) })).not.toContain('Web page of the PBX');
    expect(text(headquarters, { ...shown, configured: () => undefined })).not.toContain('API address');
  });

  test('the family leads to its documentation where that came with the program', () => {
    expect(linkNamed(page(headquarters), 'yeastar-p (documentation)')).toBe('family?name=yeastar-p');
    expect(page(headquarters, { ...shown, documented: new Set() })).not.toContain('family?name=');
    expect(page(target('x', { identity: { family: hostile } }))).not.toContain('<script>document');
  });
});

describe('the command that reloads', () => {
  const sentence = "To reload, run this on the exporter's machine: sudo systemctl reload pbx-exporter.service";

  test('stands where a reload is what helps, and nowhere else', () => {
    expect(text(refused)).toContain(sentence);
    expect(text(silent)).not.toContain('To reload');
    expect(text(headquarters)).not.toContain('To reload');
    expect(plainText(fleetPage([], asked(), shown))).toContain(sentence);
  });

  test('is not invented where the exporter has no file to read again', () => {
    const { reloadCommand: _none, ...without } = shown;
    expect(text(refused, without)).not.toContain('To reload');
  });
});
