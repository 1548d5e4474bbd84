import type { Extension, Trunk } from '../kit/world.ts';
import type { Call } from './reply.ts';
import { extensionStatus, trunkStatus } from './states.ts';

/** Makes the call `extensionlist/query` of v1.x or `extension/list` of v2.0.0, which returns all extensions in one answer. */
export function extensionList(numberKey: 'extnumber' | 'number'): Call {
  return (context) => {
    const row = (extension: Extension, index: number) => {
      const type = context.switches.extensionTypes.get(extension.number) ?? 'SIP';
      return {
        [numberKey]: extension.number,
        ...statusOf(context, context.switches.extensionWords, extension.number, extensionStatus(extension)),
        type,
        ...(type === 'FXS' ? { port: `Span2-Port${index + 1}` } : {}),
        username: extension.name,
        agentid: '',
      };
    };
    return { fields: { extlist: context.world.extensions.map(row) } };
  };
}

/** Makes the call `trunklist/query` of v1.x or, with ids, `trunk/list` of v2.0.0. */
export function trunkList(withIds: boolean): Call {
  return (context) => {
    const row = (trunk: Trunk) => ({
      trunkname: trunk.name,
      ...(withIds ? { id: String(trunk.id) } : {}),
      ...statusOf(context, context.switches.trunkWords, trunk.name, trunkStatus(trunk)),
      type: context.switches.trunkTypes.get(trunk.name) ?? (trunk.kind === 'line' ? 'FXO' : 'SIP'),
      ...(trunk.kind === 'line' ? { port: `Span1-Port${trunk.id}` } : {}),
    });
    const trunks = context.world.trunks.filter((trunk) => context.model.hasLines || trunk.kind !== 'line');
    return { fields: { trunklist: trunks.map(row) } };
  };
}

function statusOf(
  { switches }: Parameters<Call>[0],
  words: ReadonlyMap<string, string | undefined>,
  key: string,
  usual: string,
): { readonly status?: string } {
  const word = words.has(key) ? words.get(key) : usual;
  if (word === undefined) return {};
  return { status: switches.lowerCase ? word.toLowerCase() : word };
}

/** Answers `deviceinfo/query`. The second number of `extensionstatus` is the capacity of the model, not a count of registrations. */
export const deviceInfo: Call = ({ world, clock, model }) => ({
  fields: {
    deviceinfo: {
      devicename: model.device,
      sn: '369300000001',
      ...(model.hardware === undefined ? {} : { hardwarever: model.hardware }),
      firmwarever: world.version === '' ? model.firmware : world.version,
      systemtime: `${new Date(clock.wallTime()).toISOString().slice(0, 19).replace('T', ' ')} UTC+0`,
      uptime: uptimeText(Math.floor((clock.wallTime() - world.startedAt) / 1000)),
      extensionstatus: `${world.extensions.length}/${model.capacity}`,
    },
  },
});

/** Formats an uptime as `03:57:42` or, from one day on, as `3days 03:57:42`. */
function uptimeText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const time = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  return days === 0 ? time : `${days}days ${time}`;
}
