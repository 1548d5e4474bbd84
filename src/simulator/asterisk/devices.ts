import type { Extension } from '../kit/world.ts';
import type { Action, ActionContext } from './action.ts';
import { describeContact, deviceState, deviceStateCode, listEndpoints } from './endpoint.ts';
import { formatList } from './message.ts';

/** A device and its state in the spelling of DeviceStateList, e.g. `PJSIP/1001` and `NOT_INUSE`. */
export interface Device {
  readonly name: string;
  readonly state: string;
}

/** Returns the device state of an extension of any channel driver, as DeviceStateList spells it. */
export function extensionDeviceState(extension: Extension): string {
  const contacts = extension.contacts.map((contact) => describeContact(extension.number, contact, { user: '' }));
  return deviceStateCode(deviceState({ contacts, call: extension.call }));
}

/** Returns the device name of an extension, prefixed with the channel driver, e.g. `PJSIP/1001`. */
export function deviceName(context: ActionContext, extension: Extension): string {
  const driver = ({ pjsip: 'PJSIP', sip: 'SIP', iax2: 'IAX2' } as const)[context.switches.technologyOf(extension)];
  return `${driver}/${extension.number}`;
}

/** Returns all devices that have a state in the core, including those of queues. */
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

/** The action that lists device states; the only list of peers that a user with only `reporting` may read. */
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
