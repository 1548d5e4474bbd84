/** When each peer was seen last (ms since 1970), by PBX. */
export type SavedPeers = ReadonlyMap<string, ReadonlyMap<string, number>>;

const version = 1;
/** What nobody has touched for so long (ms) is no PBX of anybody any more: as long as peers can be remembered. */
const oldMs = 168 * 60 * 60_000;

/** Understands the text of a file of seen peers. Throws an `Error` for one that is none; single entries of another shape are left out. */
export function readSeenPeers(text: string): SavedPeers {
  const file: unknown = JSON.parse(text);
  if (!isRecord(file) || file['version'] !== version || !isRecord(file['pbxs'])) throw new Error('not of this format');
  const pbxs = Object.entries(file['pbxs']).map(
    ([key, peers]) => [key, new Map(isRecord(peers) ? Object.entries(peers).flatMap(timeOf) : [])] as const,
  );
  return new Map(pbxs);
}

/** The text of such a file: times in seconds since 1970. */
export function writeSeenPeers(peers: SavedPeers): string {
  const pbxs = [...peers].map(([key, seen]) => [
    key,
    Object.fromEntries([...seen].map(([id, at]) => [id, Math.round(at / 1000)])),
  ]);
  return `${JSON.stringify({ version, pbxs: Object.fromEntries(pbxs) })}\n`;
}

/** Without PBXs at which nobody was seen for as long as peers can be remembered. */
export function withoutOld(peers: SavedPeers, now: number): SavedPeers {
  return new Map([...peers].filter(([, seen]) => [...seen.values()].some((at) => now - at < oldMs)));
}

function timeOf([id, seconds]: readonly [string, unknown]): readonly (readonly [string, number])[] {
  return typeof seconds === 'number' && Number.isFinite(seconds) ? [[id, seconds * 1000]] : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
