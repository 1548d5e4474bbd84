import { describe, expect, test } from 'vitest';
import { EventPoll } from '../../../../src/drivers/asterisk/quality/event-poll.ts';
import type { Session, SessionConversation } from '../../../../src/drivers/driver.ts';
import { silentLog } from '../../../../src/log.ts';
import { Failure } from '../../../../src/transport/failure.ts';
import { createHandClock } from '../../../simulator/hand-clock.ts';

const minute = 60_000;
const whole = 'Response: Success\r\n\r\nEvent: WaitEventComplete\r\n\r\n';

/** A poll, and a session that gives the next answer or failure. */
function pollOf(idleMs?: number) {
  const clock = createHandClock();
  const details: unknown[] = [];
  const poll = new EventPoll(clock, { ...silentLog, info: (_text, fields) => void details.push(fields?.['detail']) });
  const state: { next: string | Failure; session: Session; asked: number } = {
    next: whole,
    session: idleMs === undefined ? {} : { idleMs },
    asked: 0,
  };
  const conversation: SessionConversation = {
    remainingMs: () => minute,
    ask({ read }) {
      state.asked += 1;
      const { next, session } = state;
      if (next instanceof Failure) return Promise.reject(next);
      return Promise.resolve(read({ status: 200, body: next, headers: {}, cookies: new Map() }, session));
    },
  };
  const after = async (ms: number, next: string | Failure = whole) => {
    clock.advance(ms);
    state.next = next;
    return (await poll.poll(conversation)).kind;
  };
  return { poll, state, after, details };
}

const hangs = new Failure('timeout', 'no answer');
const refused = new Failure('forbidden', 'the account may not');

describe('gaps', () => {
  test('a new session has missed what happened before it, although no poll failed', async () => {
    const { poll, state, after, details } = pollOf();
    expect(await after(minute)).toBe('read');
    expect(poll.gaps).toBe(0);
    state.session = {};
    expect(await after(minute)).toBe('read');
    expect(poll.gaps).toBe(1);
    expect(await after(minute)).toBe('read');
    expect(poll.gaps).toBe(1);
    expect(details).toEqual(['the previous session is gone']);
  });

  test('an answer that is cut off is one, and failures in a row are one until the next answer', async () => {
    const { poll, after, details } = pollOf();
    expect(await after(minute, 'Response: Success\r\n\r\n')).toBe('read');
    expect(poll.gaps).toBe(1);
    await after(minute, hangs);
    await after(minute, hangs);
    expect(poll.gaps).toBe(1);
    await after(minute);
    await after(minute, hangs);
    expect(poll.gaps).toBe(2);
    expect(details).toEqual(['the answer was cut off', 'no answer']);
  });

  test('there is none before the first answer, and none after a log-off', async () => {
    const { poll, state, after } = pollOf();
    await after(minute, hangs);
    expect(poll.gaps).toBe(0);
    await after(minute);
    poll.loggedOff();
    state.session = {};
    await after(minute);
    expect(poll.gaps).toBe(0);
  });
});

describe('pauses', () => {
  test('two polls are a second apart', async () => {
    const { state, after } = pollOf();
    expect(await after(0)).toBe('read');
    expect(await after(999)).toBe('early');
    expect(await after(1)).toBe('read');
    expect(state.asked).toBe(2);
  });

  test('after the first failure the next round asks again, then they grow to a quarter of an hour', async () => {
    const { state, after } = pollOf();
    await after(minute, hangs);
    await after(0, hangs);
    expect(state.asked).toBe(2);
    for (const pauseMs of [minute, 5 * minute, 15 * minute, 15 * minute]) {
      const { asked } = state;
      expect(await after(pauseMs - 1, hangs)).toBe('failed');
      expect(state.asked).toBe(asked);
      await after(1, hangs);
      expect(state.asked).toBe(asked + 1);
    }
  });

  test('a refusal begins none', async () => {
    const { state, after } = pollOf();
    for (const _ of [1, 2, 3, 4]) expect(await after(0, refused)).toBe('failed');
    expect(state.asked).toBe(4);
  });
});

describe('a session that may keep events', () => {
  test('is logged off after two failures in a row, unless they are refusals', async () => {
    const { poll, after } = pollOf();
    await after(minute, refused);
    await after(minute, refused);
    expect(poll.shouldLogOff).toBe(false);
    await after(minute);
    await after(minute, hangs);
    expect(poll.shouldLogOff).toBe(false);
    await after(minute, hangs);
    expect(poll.shouldLogOff).toBe(true);
    poll.loggedOff();
    expect(poll.shouldLogOff).toBe(false);
  });

  test('is asked within half of its idle time', async () => {
    const { poll, after } = pollOf(50_000);
    expect(poll.longestPauseMs).toBeUndefined();
    await after(minute);
    expect(poll.longestPauseMs).toBe(25_000);
    poll.loggedOff();
    expect(poll.longestPauseMs).toBeUndefined();
  });
});
