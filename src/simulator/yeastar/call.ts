import type { Clock } from '../../clock.ts';
import type { World } from '../kit/world.ts';
import type { Reply } from './reply.ts';
import type { YeastarModel, YeastarSwitches } from './switches.ts';

/** What a call may look at. */
export interface About {
  readonly world: World;
  readonly clock: Clock;
  readonly switches: YeastarSwitches;
  readonly model: YeastarModel;
  /** Version of the API in the path. */
  readonly version: string;
  /** A field of the request's body as text; empty when it is not there. */
  readonly parameter: (name: string) => string;
}

/** One call of the API that needs a token. */
export type Call = (about: About) => Reply;
