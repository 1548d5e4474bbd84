import type { Fault } from '../../../src/simulator/kit/fault.ts';

/** A list that ends in the middle, cleanly for HTTP: the event that completes it is missing. */
export const listWithoutEnd: Fault = {
  kind: 'altered-body',
  alter: (body) => body.replace(/Event: \w+Complete\r\n[\s\S]*$/u, ''),
};

/** A list that says it has one item more than it brings. */
export const listShorterThanSaid: Fault = {
  kind: 'altered-body',
  alter: (body) => body.replace(/ListItems: (\d+)/u, (_, items: string) => `ListItems: ${Number(items) + 1}`),
};

/** The end of a list as older releases write it: an event of that name, without a count. */
export const bareListEnd: Fault = {
  kind: 'altered-body',
  alter: (body) => body.replace(/(Event: \w+Complete\r\n)(?:EventList: Complete\r\n)?(?:ListItems: \d+\r\n)?/u, '$1'),
};
