/**
 * A family's `baseUrl` where people copy the API's own path out of the vendor's guide: cuts it off the end of the URL.
 * `path` is that path from its slash on, e.g. `/\/api\/v2/`.
 */
export function withoutApiPath(path: RegExp): (configured: URL) => URL {
  const end = new RegExp(`${path.source}/*$`, path.flags);
  return (configured) => {
    const url = new URL(configured);
    url.pathname = url.pathname.replace(end, '');
    return url;
  };
}

/** A family's `baseUrl` where people leave the API's path out of the URL as often as not: adds it where it is missing, in any case. */
export function withApiPath(path: string): (configured: URL) => URL {
  return (configured) => {
    const url = new URL(configured);
    const given = url.pathname.replace(/\/+$/, '');
    url.pathname = given.toLowerCase().endsWith(path) ? given : `${given}${path}`;
    return url;
  };
}
