/** Fields of answers about channels, and of events, that do not reveal who talks to whom. */
const keptFields =
  /^(?:response|message|event|eventlist|listitems|channel|channelstate|channelstatedesc|variable|value|uri|contactstatus|aor|endpointname|roundtripusec|channeltype|username|domain|status):/i;
/** Events that are kept, at least in part. */
const keptEvents = /^Event: ?(?:VarSet|ContactStatus|Registry|CoreShowChannel|\w+Complete)\r?$/im;

/**
 * The parts of an answer about calls that may be stored. Numbers, names, ids of calls and channels, and media addresses are
 * removed; irrelevant events are omitted. The rest is unchanged.
 */
export function redactCallers(body: string): string {
  const serials = new Map<string, string>();
  const hidden = body
    .split(/\r?\n\r?\n/)
    .filter((block) => !/^Event:/i.test(block) || isKept(block))
    .map((block) => keptLines(block, serials));
  return hidden.join('\r\n\r\n');
}

/** The value of a request field, without the serial number of a channel; see {@link redactCallers}. */
export function redactCallerInField(name: string, value: string): string {
  return name.toLowerCase() === 'channel' ? value.replace(/-[0-9a-f]{8}$/i, '-00000000') : value;
}

function isKept(block: string): boolean {
  if (!keptEvents.test(block)) return false;
  return !/^Event: ?VarSet\r?$/im.test(block) || /^Variable: ?RTPAUDIOQOS\r?$/im.test(block);
}

function keptLines(block: string, serials: Map<string, string>): string {
  return block
    .split(/\r?\n/)
    .filter((line) => line === '' || keptFields.test(line))
    .map((line) => withoutIds(line, serials))
    .join('\r\n');
}

/**
 * Removes the ids of streams (SSRC), which also occur in packet captures. Renumbers channels, so that they can still be
 * distinguished.
 */
function withoutIds(line: string, serials: Map<string, string>): string {
  if (/^value:/i.test(line)) return line.replaceAll(/(ssrc)=[^;]*/gi, '$1=1');
  if (!/^channel:/i.test(line)) return line;
  return line.replace(/-([0-9a-f]{8})((?:;\d)?)$/i, (_whole, serial: string, end: string) => {
    const known = serials.get(serial) ?? (serials.size + 1).toString(16).padStart(8, '0');
    serials.set(serial, known);
    return `-${known}${end}`;
  });
}
