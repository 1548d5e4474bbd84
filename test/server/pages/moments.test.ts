import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { moment, momentTooltip, shortMoment } from '../../../src/server/pages/parts.ts';
import { script } from '../../../src/server/pages/style.ts';
import { wall } from './status-targets.ts';

interface TimeElement {
  readonly dateTime: string;
  title: string;
  readonly dataset: Readonly<Record<string, string>>;
  readonly append: (child: { readonly textContent: string }) => void;
}

/** Runs the script on one element for a time zone with an offset of `minutes`. Returns the added text and the title. */
function seenBy(minutes: number, dataset: Record<string, string>, title = ''): readonly [string, string] {
  let text = '';
  const element: TimeElement = {
    dateTime: new Date(wall).toISOString(),
    title,
    dataset,
    append: ({ textContent }) => (text += textContent),
  };
  runInNewContext(script.text, {
    document: { querySelectorAll: () => [element], createElement: () => ({}) },
    Intl: { DateTimeFormat: () => ({ resolvedOptions: () => ({ timeZone: 'Europe/Berlin' }) }) },
    Date: dateIn(minutes),
  });
  return [text, element.title];
}

/** Returns the `Date` class of a browser in a time zone. */
function dateIn(minutes: number): unknown {
  return class {
    readonly #utc: Date;
    readonly #local: Date;
    constructor(text: string) {
      this.#utc = new Date(text);
      this.#local = new Date(this.#utc.getTime() + minutes * 60_000);
    }
    getTimezoneOffset = () => -minutes;
    getFullYear = () => this.#local.getUTCFullYear();
    getMonth = () => this.#local.getUTCMonth();
    getDate = () => this.#local.getUTCDate();
    getHours = () => this.#local.getUTCHours();
    getMinutes = () => this.#local.getUTCMinutes();
    getSeconds = () => this.#local.getUTCSeconds();
    toISOString = () => this.#utc.toISOString();
  };
}

describe('moments', () => {
  test('say everything in UTC without the script', () => {
    expect(moment(wall).text).toBe(
      '<time datetime="2026-03-14T03:07:09.000Z" data-local="second">2026-03-14 03:07:09 UTC</time>',
    );
    expect(shortMoment(wall, wall + 600_000).text).toBe(
      '<time datetime="2026-03-14T03:07:09.000Z" data-local="minute" title="2026-03-14 03:07:09 UTC, 10 min ago">03:07 UTC</time>',
    );
    expect(momentTooltip(wall, 'for 3 h').text).toContain('title="since 2026-03-14 03:07:09 UTC">for 3 h</time>');
  });

  test('that no calendar has are words only', () => {
    expect(moment(NaN).text).toBe('at an unknown time');
  });

  test('get the own time of a reader elsewhere beside them', () => {
    expect(seenBy(60, { local: 'second' })).toEqual([' (04:07:09 your time)', '']);
    expect(seenBy(60, { local: 'second', zone: '' })).toEqual([' (04:07:09 Europe/Berlin)', '']);
    expect(seenBy(345, { local: 'minute' }, '03:07 UTC')).toEqual([' (08:52 your time)', '03:07 UTC, 08:52 your time']);
    expect(seenBy(60, { local: 'title' }, 'since x')).toEqual(['', 'since x, 04:07:09 your time']);
  });

  test('name the day where it is another one', () => {
    expect(seenBy(-300, { local: 'minute' })).toEqual([' (2026-03-13 22:07 your time)', '']);
  });

  test('stay as they are where the reader lives by UTC', () => {
    expect(seenBy(0, { local: 'second' })).toEqual(['', '']);
  });
});
