import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Fleet } from '../fleet/fleet.ts';
import type { Target } from '../polling/target.ts';
import { type Route, sendText } from './routes.ts';

/**
 * `/sd`: the targets for Prometheus's `http_sd_configs`, one entry each. An entry is complete: it points to `/probe` of this
 * exporter at the address that Prometheus used, and passes the target's name as a parameter. It also sets `instance`; without
 * it, all targets would share one `up` series. Relabelling is not needed, but the `__meta_pbx_*` labels are available for it.
 */
export function serviceDiscoveryRoute(fleet: () => Fleet): Route {
  return {
    path: '/sd',
    methods: ['GET'],
    handle({ request, response }) {
      const address = addressOf(request);
      const entries = fleet().targets.map((target) => entry(target, address, request.socket instanceof TLSSocket));
      sendText(response, 200, `${JSON.stringify(entries)}\n`, 'application/json; charset=utf-8');
    },
  };
}

function entry({ identity }: Target, address: string, encrypted: boolean): object {
  const own = Object.entries(identity.labels).map(([name, value]) => [`__meta_pbx_label_${name}`, value]);
  return {
    targets: [address],
    labels: {
      __metrics_path__: '/probe',
      __param_target: identity.name,
      // TLS added by a proxy is not visible here; then the scheme must be set in Prometheus.
      ...(encrypted ? { __scheme__: 'https' } : {}),
      instance: identity.name,
      __meta_pbx_name: identity.name,
      __meta_pbx_family: identity.family,
      ...Object.fromEntries(own),
    },
  };
}

function addressOf({ headers, socket }: IncomingMessage): string {
  if (headers.host !== undefined && headers.host !== '') return headers.host;
  const host = socket.localAddress ?? 'localhost';
  return `${host.includes(':') ? `[${host}]` : host}:${socket.localPort ?? 0}`;
}
