import { describe, expect, test } from 'vitest';
import { createProcessLog, type LogFormat, type LogLevel } from '../src/process-log.ts';

function logged(
  format: LogFormat,
  level: LogLevel,
  speak: (log: ReturnType<typeof createProcessLog>) => void,
): string[] {
  const lines: string[] = [];
  speak(createProcessLog({ format, level, write: (line) => lines.push(line) }));
  return lines.map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'TIME'));
}

describe('logfmt', () => {
  test('time, level and message first, then the fields; quotes only where needed', () => {
    const lines = logged('logfmt', 'info', (log) =>
      log
        .with({ pbx: 'hq' })
        .warn('target is down', { reason: 'connect', detail: 'no "answer"\nat all', seconds: 1.5, gone: undefined }),
    );
    expect(lines).toEqual([
      String.raw`time=TIME level=warn msg="target is down" pbx=hq reason=connect detail="no \"answer\"\nat all" seconds=1.5` +
        '\n',
    ]);
  });

  test('one event is one line, whatever is in it', () => {
    const [line = ''] = logged('logfmt', 'info', (log) => log.info('x', { name: 'a\r\nlevel=error msg=forged' }));
    expect(line.trimEnd().split('\n')).toHaveLength(1);
  });
});

test('JSON lines', () => {
  const [line = ''] = logged('json', 'info', (log) => log.error('page failed', { path: '/metrics' }));
  expect(JSON.parse(line)).toEqual({ time: 'TIME', level: 'error', msg: 'page failed', path: '/metrics' });
});

test('lines below the level are not written', () => {
  expect(logged('json', 'warn', (log) => log.info('quiet'))).toEqual([]);
  expect(logged('json', 'debug', (log) => log.debug('loud'))).toHaveLength(1);
});
