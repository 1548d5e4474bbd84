import type { Call } from './call.ts';

/** `deviceinfo/query`. The second number of `extensionstatus` is what the model takes, not what is registered. */
export const deviceInfo: Call = ({ world, clock, model }) => ({
  fields: {
    deviceinfo: {
      devicename: model.device,
      sn: '369300000001',
      ...(model.hardware === undefined ? {} : { hardwarever: model.hardware }),
      firmwarever: world.version === '' ? model.firmware : world.version,
      systemtime: `${new Date(clock.wallTime()).toISOString().slice(0, 19).replace('T', ' ')} UTC+0`,
      uptime: uptimeText(Math.floor((clock.wallTime() - world.startedAt) / 1000)),
      extensionstatus: `${world.extensions.length}/${model.capacity}`,
    },
  },
});

/** `03:57:42`, or `3days 03:57:42` once over a day. */
function uptimeText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const time = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  return days === 0 ? time : `${days}days ${time}`;
}
