import type { Case } from './case.ts';

const day = 86_400;

/** Cases about limits, licences and certificates. */
export const limitCases: readonly Case[] = [
  {
    name: 'a PBX near the limit of its calls, and not of its extensions; another one without a limit',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [10, { more: { 'pbx_used{resource="calls"}': 20, 'pbx_limit{resource="calls"}': 30 } }],
          [
            40,
            {
              more: {
                'pbx_used{resource="calls"}': 27,
                'pbx_limit{resource="calls"}': 30,
                'pbx_used{resource="extensions"}': 40,
                'pbx_limit{resource="extensions"}': 100,
              },
            },
          ],
        ],
      },
      { pbx: 'branch', stretches: [[50, { more: { 'pbx_used{resource="calls"}': 500 } }]] },
    ],
    firing: { '9m': [], '11m': ['PbxNearLimit hq'] },
    texts: { PbxNearLimit: '11m' },
  },
  {
    name: 'maintenance that ends within the month, and a licence that does not',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [
            60,
            {
              more: {
                'pbx_license_expiry_timestamp_seconds{kind="license"}': 40 * day,
                'pbx_license_expiry_timestamp_seconds{kind="maintenance"}': 29 * day,
              },
            },
          ],
        ],
      },
    ],
    firing: { '10m': [], '20m': ['PbxLicenseEnds hq'] },
    texts: { PbxLicenseEnds: '20m' },
  },
  {
    name: 'a certificate that ends within two weeks, and one that does not',
    courses: [
      {
        pbx: 'hq',
        stretches: [[40, { more: { pbx_tls_certificate_expiry_timestamp_seconds: 13 * day } }]],
      },
      { pbx: 'branch', stretches: [[40, { more: { pbx_tls_certificate_expiry_timestamp_seconds: 15 * day } }]] },
    ],
    firing: { '10m': [], '19m': ['PbxCertificateEnds hq'] },
    texts: { PbxCertificateEnds: '19m' },
  },
];
