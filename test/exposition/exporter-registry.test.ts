import { describe, expect, it } from 'vitest';
import { exporterMetrics } from '../../src/exposition/metric-table.ts';
import { createOwnMetrics } from '../../src/exposition/exporter-registry.ts';
import { parseExposition, type ParsedFamily } from '../support/exposition-parser.ts';

const formats = ['text', 'openmetrics'] as const;
type Own = ReturnType<typeof createOwnMetrics>;

async function families(own: Own, format: (typeof formats)[number]): Promise<ParsedFamily[]> {
  const end = format === 'openmetrics' ? '# EOF\n' : '';
  return parseExposition(Buffer.from((await own.render(format)) + end), format);
}

function used(collectDefaults: boolean): Own {
  const own = createOwnMetrics({ version: '1.2.3', collectDefaults, wallTime: () => 1_760_000_030_250 });
  own.observeRequest('asterisk', 'Login', 0.004);
  own.observeRequest('asterisk', 'Login', 31);
  own.configReloaded(true, 1_760_000_000_500);
  return own;
}

describe.each(formats)("the exporter's own metrics in format %s", (format) => {
  it('are those of the table, with its help texts and types', async () => {
    const shown = await families(used(false), format);
    const expected = exporterMetrics.map(({ name, help, type }) => ({ name, help, type }));
    expect(shown.map(({ name, help, type }) => ({ name, help, type }))).toEqual(expected);
  });

  it('count requests in buckets', async () => {
    const [requests] = await families(used(false), format);
    const lines = requests?.samples.map(({ line }) => line) ?? [];
    expect(lines).toContain('pbx_api_request_duration_seconds_bucket{le="0.005",family="asterisk",call="Login"} 1');
    expect(lines).toContain('pbx_api_request_duration_seconds_bucket{le="30",family="asterisk",call="Login"} 1');
    expect(lines).toContain('pbx_api_request_duration_seconds_bucket{le="+Inf",family="asterisk",call="Login"} 2');
    expect(lines).toContain('pbx_api_request_duration_seconds_count{family="asterisk",call="Login"} 2');
  });

  it('with process and Node.js are valid, in whatever order the formats are asked for', async () => {
    const own = used(true);
    await own.render('openmetrics');
    const shown = await families(own, format);
    const processor = shown.find(({ name }) => name.startsWith('process_cpu_seconds'));
    expect(processor?.name).toBe(format === 'text' ? 'process_cpu_seconds_total' : 'process_cpu_seconds');
    expect(processor?.samples.map(({ name }) => name)).toEqual(['process_cpu_seconds_total']);
    const misnamed = shown.filter(({ name, type }) => type !== 'counter' && name.endsWith('_total'));
    expect(misnamed).toEqual([]);
  });

  it("have the exporter's time at the scrape", async () => {
    const shown = await families(used(false), format);
    const time = shown.find(({ name }) => name === 'pbx_exporter_time_seconds');
    expect(time?.samples.map(({ value }) => value)).toEqual([1_760_000_030.25]);
  });

  it('have no end mark and no empty line of their own', async () => {
    const text = await used(true).render(format);
    expect(text).not.toMatch(/# EOF|\n\n|^\n/);
    expect(text.endsWith('\n')).toBe(true);
  });
});

describe('the configuration gauges', () => {
  const values = async (own: Own): Promise<Record<string, number | undefined>> =>
    Object.fromEntries((await families(own, 'text')).map(({ name, samples }) => [name, samples[0]?.value]));

  it('say nothing before the configuration was loaded', async () => {
    const own = createOwnMetrics({ version: '1.2.3', collectDefaults: false });
    expect(await values(own)).toMatchObject({
      pbx_exporter_config_last_reload_successful: undefined,
      pbx_exporter_config_last_reload_success_timestamp_seconds: undefined,
    });
  });

  it('keep the time of the last good load when a later one fails', async () => {
    const own = used(false);
    own.configReloaded(false, 1_760_000_999_000);
    expect(await values(own)).toMatchObject({
      pbx_exporter_config_last_reload_successful: 0,
      pbx_exporter_config_last_reload_success_timestamp_seconds: 1_760_000_000.5,
    });
  });

  it('name the version of the exporter and of Node.js', async () => {
    expect(await used(false).render('text')).toContain(
      `pbx_exporter_build_info{version="1.2.3",node_version="${process.version}"} 1\n`,
    );
  });
});
