import type { Part, Trunk } from '../../../snapshot/reading.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { goodPart } from '../../kit/collectors.ts';
import { readPayload } from './errors.ts';
import { domainOf, domainQuery, type EngineRound } from './engine-round.ts';
import { readGateways } from './trunks.ts';
import { demandWholeList } from './rights.ts';

/** Asks for the gateways of the domain, or of all domains. Throws a `Failure`. */
export function readTrunks({ engine, askConsole }: EngineRound): Promise<Part<readonly Trunk[]>> {
  const domain = domainOf(engine);
  const read = (answer: ApiAnswer): Part<readonly Trunk[]> => {
    const skipped = engine.settings.unknownWords.counter('trunks');
    const payload = readPayload(answer, 'the role of the account lacks the right gateway: r');
    const options = { domain, parked: engine.settings.parkedGateways };
    return goodPart(readGateways(payload, options, skipped), skipped.counts());
  };
  return askConsole({ call: 'gateways', path: 'gateway', query: domainQuery(domain), read });
}

/** The gateways, if they can be all of the domain's. Throws a `Failure` where they look whole and are not. */
export async function judgeTrunks(part: Part<readonly Trunk[]>, round: EngineRound): Promise<Part<readonly Trunk[]>> {
  const identity = await round.identity();
  if (!part.ok) return part;
  demandWholeList(identity.gateways, 'gateway');
  if (part.value.length === 0) await round.demandKnownDomain();
  return part;
}
