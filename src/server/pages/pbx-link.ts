import type { View } from './view.ts';

/** Address of the page of one PBX; how often pages refresh themselves is kept. */
export function pbxLink(name: string, parameters: URLSearchParams): string {
  const refresh = parameters.get('refresh');
  return `pbx?${new URLSearchParams({ target: name, ...(refresh === null ? {} : { refresh }) }).toString()}`;
}

/** Address of the documentation of a family; undefined where there is none to show. */
export function familyLink(family: string, { documented }: View): string | undefined {
  return documented?.has(family) === true ? `family?${new URLSearchParams({ name: family }).toString()}` : undefined;
}
