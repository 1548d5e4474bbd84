import { request } from 'node:http';
import { expect, test } from 'vitest';
import { serviceDiscoveryRoute } from '../../src/server/service-discovery.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { fakeFleet, fakePbxTarget, serveRoutes } from '../support/web-bench.ts';

async function discovered(): Promise<string> {
  const clock = createHandClock();
  const members = [
    fakePbxTarget(clock, 'hq', undefined, { labels: { site: 'berlin' } }),
    fakePbxTarget(clock, 'br"anch 2'),
  ];
  const { fleet } = fakeFleet(clock, members);
  return serveRoutes([serviceDiscoveryRoute(() => fleet)]);
}

test('/sd lists one complete entry per target: Prometheus needs no relabelling', async () => {
  const base = await discovered();
  const answer = await fetch(`${base}/sd`);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const address = base.replace('http://', '');
  expect(await answer.json()).toEqual([
    {
      targets: [address],
      labels: {
        __metrics_path__: '/probe',
        __param_target: 'hq',
        instance: 'hq',
        __meta_pbx_name: 'hq',
        __meta_pbx_family: 'fake',
        __meta_pbx_label_site: 'berlin',
      },
    },
    {
      targets: [address],
      labels: {
        __metrics_path__: '/probe',
        __param_target: 'br"anch 2',
        instance: 'br"anch 2',
        __meta_pbx_name: 'br"anch 2',
        __meta_pbx_family: 'fake',
      },
    },
  ]);
});

test('/sd leads back to the address that was asked, such as that of a proxy', async () => {
  const base = await discovered();
  const text = await new Promise<string>((resolve, reject) => {
    request(`${base}/sd`, { headers: { host: 'metrics.example.org:8443' } }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString('utf8')));
      response.on('end', () => resolve(body));
    })
      .on('error', reject)
      .end();
  });
  expect(JSON.parse(text)).toMatchObject([
    { targets: ['metrics.example.org:8443'] },
    { targets: ['metrics.example.org:8443'] },
  ]);
});
