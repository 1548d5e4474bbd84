/**
 * A family's `baseUrl` that removes the path of the API from the end of the URL, because people copy it from the vendor's
 * guide. `path` matches that path including its leading slash, for example `/\/api\/v2/`.
 */
export function withoutApiPath(path: RegExp): (configured: URL) => URL {
  const end = new RegExp(`${path.source}/*$`, path.flags);
  return (configured) => {
    const url = new URL(configured);
    url.pathname = url.pathname.replace(end, '');
    return url;
  };
}

/**
 * A family's `baseUrl` that adds the path of the API if it is missing (compared without case), because people often leave
 * it out.
 */
export function withApiPath(path: string): (configured: URL) => URL {
  return (configured) => {
    const url = new URL(configured);
    const given = url.pathname.replace(/\/+$/, '');
    url.pathname = given.toLowerCase().endsWith(path) ? given : `${given}${path}`;
    return url;
  };
}
