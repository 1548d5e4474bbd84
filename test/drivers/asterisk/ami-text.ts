import { type AmiAnswer, parseAmi } from '../../../src/drivers/asterisk/ami-message.ts';

/** One event of a list: its name, and its fields as Asterisk writes them. */
export type AmiEvent = readonly [event: string, fields: Readonly<Record<string, string>>];

/**
 * Returns a complete list, parsed: the response, the events, and the final event with the number of items. That number excludes
 * registrations without a state. Repeated fields are written as `Contacts`, `Contacts#2` and so on.
 */
export function amiList(...events: readonly AmiEvent[]): AmiAnswer {
  const rows = events.map(([event, fields]) => lines({ Event: event, ...fields }));
  const counted = events.filter(([event, fields]) => event !== 'OutboundRegistrationDetail' || 'Status' in fields);
  const end = lines({ Event: 'ListComplete', EventList: 'Complete', ListItems: String(counted.length) });
  return parseAmi([lines({ Response: 'Success', EventList: 'start' }), ...rows, end].join(''));
}

function lines(fields: Readonly<Record<string, string>>): string {
  const text = Object.entries(fields).map(([key, value]) => `${key.replace(/#\d+$/, '')}: ${value}\r\n`);
  return `${text.join('')}\r\n`;
}
