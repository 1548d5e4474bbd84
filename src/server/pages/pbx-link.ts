/** Address of the page of one PBX; how often pages refresh themselves is kept. */
export function pbxLink(name: string, parameters: URLSearchParams): string {
  const refresh = parameters.get('refresh');
  return `pbx?${new URLSearchParams({ target: name, ...(refresh === null ? {} : { refresh }) }).toString()}`;
}
