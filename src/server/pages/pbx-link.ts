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

/** Address of a dashboard of this project (`grafana/`), by its uid, with some of its variables set; undefined without Grafana. */
export function dashboardLink(
  uid: string,
  variables: Readonly<Record<string, string>>,
  { grafanaUrl }: View,
): string | undefined {
  if (grafanaUrl === undefined) return undefined;
  const url = new URL(grafanaUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/d/${uid}`;
  for (const [name, value] of Object.entries(variables)) url.searchParams.set(`var-${name}`, value);
  return url.href;
}
