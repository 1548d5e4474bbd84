import { z } from 'zod';
import { queueNumbers } from '../yeastar/queue-numbers.ts';

/** Port to which the PBX would send event reports where none is configured: the one of the guides' examples. */
const defaultReportPort = 8260;

/** The options of an S-Series or K2, for the versions of the API that it speaks. */
export function yeastarOptions<const Versions extends readonly [string, ...string[]]>(
  versions: Versions,
  defaultVersion: Versions[number],
) {
  return z.strictObject({
    api_version: z
      .enum<Versions>(versions)
      .default(() => defaultVersion)
      .describe('Version of the API to speak.'),
    report_port: z
      .int()
      .min(1)
      .max(65_535)
      .default(defaultReportPort)
      .describe(
        'Port number that the login has to name, to which the PBX sends event reports if these are switched on. The exporter does not listen on it.',
      ),
    report_address: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Address of the exporter as the PBX should see it. Only needed for intervals over 20 minutes, where some firmware wants it in the heartbeat.',
      ),
    queues: queueNumbers.describe('Numbers of the queues that the collector "queues" reads.'),
  });
}
