import type { Extension } from '../kit/world.ts';
import type { Action, ActionContext } from './action.ts';
import { describeContact, deviceState, deviceStateCode, listEndpoints } from './endpoint.ts';
import { formatList } from './message.ts';

/** A device and its state in the spelling of DeviceStateList, e.g. `PJSIP/1001` and `NOT_INUSE`. */
export interface Device {
  readonly name: string;
  readonly state: string;
}

/** State of an extension of any channel driver. */
export function extensionDeviceState(extension: Extension): string {
  const contacts = extension.contacts.map((contact) => describeContact(extension.number, contact, { user: '' }));
  return deviceStateCode(deviceState({ contacts, call: extension.call }));
}

/** Name of an extension's device, with the channel driver in front. */
export function deviceName(context: ActionContext, extension: Extension): string {
  const driver = ({ pjsip: 'PJSIP', sip: 'SIP', iax2: 'IAX2' } as const)[context.switches.technologyOf(extension)];
  return `${driver}/${extension.number}`;
}

/** All devices whose state the core knows: those of queues among them. */
function listDevices(context: ActionContext): readonly Device[] {
  const { world, switches } = context;
  const endpoints = listEndpoints(context).map((endpoint) => ({
    name: `PJSIP/${endpoint.name}`,
    state: deviceStateCode(deviceState(endpoint)),
  }));
  const others = world.extensions
    .filter((extension) => extension.state !== 'disabled' && switches.technologyOf(extension) !== 'pjsip')
    .map((extension) => ({ name: deviceName(context, extension), state: extensionDeviceState(extension) }));
  const queues = world.queues.map((queue) => ({ name: `Queue:${queue.number}_avail`, state: 'NOT_INUSE' }));
  return [...queues, ...endpoints, ...others];
}

/** The action that tells device states; the only list of peers that `reporting` alone may see. */
export const deviceActions: readonly Action[] = [
  {
    name: 'DeviceStateList',
    description: 'List the current known device states.',
    classes: ['call', 'reporting'],
    answer: (context) =>
      formatList(context.actionId, {
        message: 'Device State Changes will follow',
        events: listDevices(context).map(({ name, state }) => ({
          event: 'DeviceStateChange',
          fields: [
            ['Device', name],
            ['State', state],
          ],
        })),
        complete: 'DeviceStateListComplete',
      }),
  },
];
