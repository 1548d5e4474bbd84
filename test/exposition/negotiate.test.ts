import { describe, expect, it } from 'vitest';
import { contentTypes, negotiateEncoding, negotiateFormat, pageHeaders } from '../../src/exposition/negotiate.ts';

const openMetrics = 'application/openmetrics-text';
const prometheus3 = `${openMetrics};version=1.0.0;escaping=allow-utf-8;q=0.6,${openMetrics};version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`;
const prometheus2 = `${openMetrics};version=1.0.0,${openMetrics};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`;
const protobufFirst = `application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,${openMetrics};version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`;
const textFirst = `text/plain;version=0.0.4;q=0.6,${openMetrics};version=1.0.0;q=0.4,*/*;q=0.2`;
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('the format', () => {
  it.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    [browser, 'text'],
    ['text/plain', 'text'],
    ['text/plain;version=0.0.4', 'text'],
    ['text/plain;version=1.0.0', 'text'],
    ['application/json', 'text'],
    [prometheus3, 'openmetrics'],
    [prometheus2, 'openmetrics'],
    [protobufFirst, 'openmetrics'],
    [textFirst, 'text'],
    [openMetrics, 'openmetrics'],
    [`${openMetrics}; version=1.0.0; charset=utf-8`, 'openmetrics'],
    [`${openMetrics}; version="1.0.0"`, 'openmetrics'],
    [`Application/OpenMetrics-Text; Version=1.0.0`, 'openmetrics'],
    [`${openMetrics};version=0.0.1`, 'text'],
    [`${openMetrics};version=2.0.0`, 'text'],
    [`${openMetrics};version=2.0.0,${openMetrics};version=1.0.0;q=0.1`, 'openmetrics'],
    [`${openMetrics};version=1.0.0;q=0`, 'text'],
    [`${openMetrics};version=1.0.0;q=0.000,*/*`, 'text'],
    [`${openMetrics};q=0.5,*/*;q=0.9`, 'text'],
    [`${openMetrics};q=0.5,text/*;q=0.9`, 'text'],
    [`${openMetrics};q=0.5,text/plain;q=0.5`, 'openmetrics'],
    [`${openMetrics};q=.9,text/plain;q=0.8`, 'openmetrics'],
    [`${openMetrics};q=nonsense,text/plain;q=0.8`, 'text'],
    [`${openMetrics};q=nonsense`, 'text'],
    ['text/plain;q=0.5;version=0.0.4,text/*;q=0.8', 'text'],
    ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;q=0.7,*/*;q=0.1', 'text'],
    [`${openMetrics} ; q=0.3 , text/plain ; q=0.4`, 'text'],
    [';;;,,,=;q', 'text'],
  ] as const)('for Accept %j is %s', (accept, format) => {
    expect(negotiateFormat(accept)).toBe(format);
  });

  it('has the content type that Prometheus expects', () => {
    expect(contentTypes).toEqual({
      text: 'text/plain; version=0.0.4; charset=utf-8',
      openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    });
  });
});

describe('the encoding', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['br;q=1.0, gzip;q=0.8, *;q=0.1', 'gzip'],
    ['*', 'gzip'],
    ['deflate, br', 'identity'],
    ['identity', 'identity'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0.0, *', 'identity'],
    ['*;q=0', 'identity'],
    ['identity;q=1, gzip;q=0.5', 'identity'],
    ['gzip;q=0.5, identity;q=0.5', 'gzip'],
    ['identity;q=0.5, gzip;q=0.5', 'identity'],
    ['gzipped', 'identity'],
  ] as const)('for Accept-Encoding %j is %s', (header, encoding) => {
    expect(negotiateEncoding(header)).toBe(encoding);
  });
});

it('the headers tell format, encoding, and what they were chosen by', () => {
  expect(pageHeaders('text', 'identity')).toEqual({
    'Content-Type': contentTypes.text,
    Vary: 'Accept, Accept-Encoding',
  });
  expect(pageHeaders('openmetrics', 'gzip')).toEqual({
    'Content-Type': contentTypes.openmetrics,
    Vary: 'Accept, Accept-Encoding',
    'Content-Encoding': 'gzip',
  });
});
