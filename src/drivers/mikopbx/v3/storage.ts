import type { Usage } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import { amountOf, asRecord, readUsage } from '../../kit/fields.ts';
import type { Envelope } from '../shared/answers.ts';

/** The PBX tells sizes in MiB, as `df -m` does. */
const mebibyte = 1_048_576;
/** As MiB this would be a petabyte: a version that tells so much tells bytes. */
const certainlyBytes = 1_000_000_000;

/**
 * Use of the disk in `storage:usage`. The PBX computes it in the background, and keeps it for half an hour; right after a start it answers
 * zeros with `pending`. Throws a `Failure`: nothing that was not measured is 0.
 */
export function readStorage({ data }: Envelope): Usage {
  const fields = asRecord(data);
  if (fields === undefined) throw new Failure('protocol', 'the use of the disk has no known shape');
  const total = amountOf(fields['total_size']) ?? 0;
  if (fields['pending'] === true || total === 0)
    throw new Failure('service_unavailable', 'the PBX has not measured its disk yet: it does so in the background');
  const unit = total >= certainlyBytes ? 1 : mebibyte;
  const bytes = (value: unknown): number | undefined => {
    const amount = amountOf(value);
    return amount === undefined ? undefined : Math.round(amount * unit);
  };
  const recordings = asRecord(asRecord(fields['categories'])?.['call_recordings']);
  return readUsage(
    { disk_bytes: bytes(fields['used_space']), recording_bytes: bytes(recordings?.['size']) },
    { disk_bytes: bytes(total) },
  );
}
