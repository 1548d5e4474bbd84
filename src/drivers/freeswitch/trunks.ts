import type { Trunk } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { optional } from '../kit/fields.ts';
import { StateTable } from '../kit/state-table.ts';
import { type Block, type ListShape, readBlocks } from './blocks.ts';

/** The meaning of a gateway's `state` and `status`; `registered` is absent if the gateway does not register. */
type GatewayState = Pick<Trunk, 'state' | 'registered'>;

const registered: GatewayState = { state: 'registered', registered: true };
const registering: GatewayState = { state: 'registering', registered: false };
const failed: GatewayState = { state: 'failed', registered: false };
const unregistered: GatewayState = { state: 'unregistered', registered: false };

/**
 * `state` and `status` of a gateway. While a registration is being renewed, the status stays `UP`. A gateway that was
 * unregistered manually has the state `DOWN`; its status then becomes `UP`, which has no meaning. A gateway in state
 * `NOREG` is configured not to register; its status counts if it is pinged and has answered at least once.
 */
export const gatewayStates = new StateTable<GatewayState>({
  'REGED/UP': registered,
  'REGISTER/UP': registered,
  'TRYING/UP': registered,
  'UNREGED/UP': registered,
  'REGISTER/DOWN': registering,
  'TRYING/DOWN': registering,
  'UNREGED/DOWN': registering,
  'FAILED/UP': failed,
  'FAILED/DOWN': failed,
  'FAIL_WAIT/UP': failed,
  'FAIL_WAIT/DOWN': failed,
  'TIMEOUT/UP': failed,
  'TIMEOUT/DOWN': failed,
  'UNREGISTER/UP': unregistered,
  'UNREGISTER/DOWN': unregistered,
  'DOWN/UP': unregistered,
  'DOWN/DOWN': unregistered,
  'NOREG/UP': { state: 'unmonitored' },
  'NOREG/UP, answered a ping': { state: 'reachable' },
  'NOREG/DOWN': { state: 'unreachable' },
});

const gatewayList: ListShape = {
  name: 'gateways',
  begin: /^<\?xml[^\n]*\n<gateways>\n/,
  end: '</gateways>\n',
  tag: 'gateway',
  indent: 2,
};

/** A trunk, and the profile that it belongs to. */
export interface GatewayRow {
  readonly profile: string;
  readonly trunk: Trunk;
}

/** `sofia xmlstatus gateway`: the gateways of all running profiles. Throws a `Failure` if the list is incomplete. */
export function readGateways(text: string, skipped: SkipCounter): readonly GatewayRow[] {
  const blocks = readBlocks(text, gatewayList, () => skipped.add('malformed'));
  return blocks.flatMap((block) => {
    const name = block.get('name') ?? '';
    const profile = block.get('profile') ?? '';
    if (name !== '' && profile !== '')
      return [{ profile, trunk: trunkOf(`${profile}::${name}`, name, block, skipped) }];
    skipped.add('malformed');
    return [];
  });
}

function trunkOf(id: string, name: string, block: Block, skipped: SkipCounter): Trunk {
  const rawState = `${block.get('state') ?? ''}/${block.get('status') ?? ''}`;
  const roundtrip = roundtripOf(block);
  const word = rawState === 'NOREG/UP' && roundtrip !== undefined ? `${rawState}, answered a ping` : rawState;
  return {
    id,
    name,
    kind: block.get('state') === 'NOREG' ? 'address' : 'register',
    ...optional('host', hostOf(block.get('proxy') ?? '')),
    rawState,
    ...(gatewayStates.read(word, skipped.of(id)) ?? { state: 'unknown' }),
    ...optional('roundtripMicroseconds', roundtrip),
  };
}

/** The roundtrip of the last ping in µs, if the gateway is pinged and answers. Unlike the roundtrip of a phone, it is never outdated. */
function roundtripOf(block: Block): number | undefined {
  const text = block.get('pingtime') ?? '';
  const isPinged = /^[1-9]\d*$/.test(block.get('pingfreq') ?? '');
  if (!isPinged || block.get('status') !== 'UP' || !/^\d{1,6}(?:\.\d+)?$/.test(text)) return undefined;
  const microseconds = Math.round(Number(text) * 1000);
  return microseconds > 0 ? microseconds : undefined;
}

/** The host of a proxy such as `sip:sip.example.org:5080;transport=udp`. */
function hostOf(proxy: string): string {
  const [, host = ''] = /^(?:sips?:)?(?:[^@;]*@)?(\[[\da-fA-F:.]+\]|[^:;?>]*)/.exec(proxy.trim()) ?? [];
  return host;
}

/**
 * Gateways that failed and have not registered since. While FreeSWITCH retries, it reports `TRYING` for up to a minute, so a
 * trunk that is down for hours would otherwise change its state every minute.
 */
export class FailedGateways {
  readonly #failed = new Set<string>();

  /** Returns the trunk, as failed if it failed before and FreeSWITCH is only retrying. */
  judge(trunk: Trunk): Trunk {
    if (trunk.state === 'registering' && this.#failed.has(trunk.id)) return { ...trunk, ...failed };
    if (trunk.state === 'failed') this.#failed.add(trunk.id);
    else this.#failed.delete(trunk.id);
    return trunk;
  }

  /** Forgets gateways that are missing from a complete list. */
  keepOnly(trunks: readonly Trunk[]): void {
    const ids = new Set(trunks.map(({ id }) => id));
    for (const id of this.#failed) if (!ids.has(id)) this.#failed.delete(id);
  }
}
