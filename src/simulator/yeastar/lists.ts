import type { Extension, Trunk } from '../kit/world.ts';
import type { Call } from './call.ts';
import { extensionWord, trunkWord } from './words.ts';

/** `extensionlist/query` of v1.x and `extension/list` of v2.0.0: every extension in one answer. */
export function extensionList(numberKey: 'extnumber' | 'number'): Call {
  return (about) => {
    const row = (extension: Extension, index: number) => {
      const type = about.switches.extensionTypes.get(extension.number) ?? 'SIP';
      return {
        [numberKey]: extension.number,
        ...statusOf(about, about.switches.extensionWords, extension.number, extensionWord(extension)),
        type,
        ...(type === 'FXS' ? { port: `Span2-Port${index + 1}` } : {}),
        username: extension.name,
        agentid: '',
      };
    };
    return { fields: { extlist: about.world.extensions.map(row) } };
  };
}

/** `trunklist/query` of v1.x and, with ids, `trunk/list` of v2.0.0. */
export function trunkList(withIds: boolean): Call {
  return (about) => {
    const row = (trunk: Trunk) => ({
      trunkname: trunk.name,
      ...(withIds ? { id: String(trunk.id) } : {}),
      ...statusOf(about, about.switches.trunkWords, trunk.name, trunkWord(trunk)),
      type: about.switches.trunkTypes.get(trunk.name) ?? (trunk.kind === 'line' ? 'FXO' : 'SIP'),
      ...(trunk.kind === 'line' ? { port: `Span1-Port${trunk.id}` } : {}),
    });
    const trunks = about.world.trunks.filter((trunk) => about.model.hasLines || trunk.kind !== 'line');
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
