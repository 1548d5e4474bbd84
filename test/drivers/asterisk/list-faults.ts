import type { Fault } from '../../../src/simulator/kit/fault.ts';

/** A truncated list in a complete HTTP response: the final event is missing. */
export const listWithoutEnd: Fault = {
  kind: 'altered-body',
  alter: (body) => body.replace(/Event: \w+Complete\r\n[\s\S]*$/u, ''),
};

/** A list that announces one item more than it contains. */
export const listShorterThanSaid: Fault = {
  kind: 'altered-body',
  alter: (body) => body.replace(/ListItems: (\d+)/u, (_, items: string) => `ListItems: ${Number(items) + 1}`),
};

/** The end of a list in older releases: an event with the same name, but without the number of items. */
export const bareListEnd: Fault = {
  kind: 'altered-body',
  alter: (body) => body.replace(/(Event: \w+Complete\r\n)(?:EventList: Complete\r\n)?(?:ListItems: \d+\r\n)?/u, '$1'),
};
