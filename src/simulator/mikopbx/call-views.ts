import type { Call } from '../kit/world.ts';
import type { AsteriskView } from './asterisk-view.ts';

const time = (wallTime: number): string => new Date(wallTime).toISOString().replace('T', ' ').replace('Z', '');

/** Returns the rows of `getActiveChannels`: two for an internal call, one for any other. */
export function activeChannels(core: AsteriskView): readonly unknown[] {
  if (core.switches.recordsSilent || core.switches.asterisk !== 'up') return [];
  return core.world.calls.flatMap((call) => {
    const rows = call.direction === 'internal' ? [0, 1] : [0];
    return rows.map((leg) => ({ ...record(call), src_chan: `PJSIP/${call.from}-0000000${leg}`, dst_chan: '' }));
  });
}

/** Returns the rows of `getActiveCalls`. */
export function activeCalls(core: AsteriskView): readonly unknown[] {
  return core.switches.recordsSilent ? [] : core.world.calls.map((call) => record(call));
}

function record(call: Call): Readonly<Record<string, string>> {
  return {
    start: time(call.startedAt),
    answer: call.state === 'talking' ? time(call.startedAt + 4000) : '',
    endtime: '',
    src_num: call.from,
    dst_num: call.to,
    did: '',
    linkedid: linkedId(call),
  };
}

/** Returns the id of a call: its start time in seconds and a number. */
function linkedId({ id, startedAt }: Call): string {
  const number = Array.from(id).reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1_000_003, 7);
  return `mikopbx-${String(Math.floor(startedAt / 1000)).padStart(10, '0')}.${number}`;
}
