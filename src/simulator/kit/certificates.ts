import type { SimulatorTls } from './server-definition.ts';

// Made once with OpenSSL, for simulated PBXs only: whoever has this key can do nothing but run another simulator.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgycSuPGgeFwZylU4u
S6GjunM+Axfxy4jcf8g8nw7c0BehRANCAARs/XcncQ19GhxGAUAaiZL5dxyEysOB
K4uuQgHIQDj1yoBGcfZheXjI61aQNuKmIBPNQkGO9cLqpKZ1J2FZObKD
-----END PRIVATE KEY-----
`;

const expired = `-----BEGIN CERTIFICATE-----
MIIBkzCCATqgAwIBAgIBAjAKBggqhkjOPQQDAjAeMRwwGgYDVQQDDBNTaW11bGF0
ZWQgYXV0aG9yaXR5MB4XDTI0MDEwMTAwMDAwMFoXDTI1MDEwMTAwMDAwMFowFDES
MBAGA1UEAwwJMTI3LjAuMC4xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbP13
J3ENfRocRgFAGomS+XcchMrDgSuLrkIByEA49cqARnH2YXl4yOtWkDbipiATzUJB
jvXC6qSmdSdhWTmyg6NzMHEwDwYDVR0RBAgwBocEfwAAATAJBgNVHRMEAjAAMBMG
A1UdJQQMMAoGCCsGAQUFBwMBMB0GA1UdDgQWBBS7Ef9pNJGmgaQCNN427SnzlmIv
2TAfBgNVHSMEGDAWgBTgUXVQhJBqtwOIvD76w4BPljKEqjAKBggqhkjOPQQDAgNH
ADBEAiBiuamjgLsaf4oNHRysOiZMNqkqHmnt4E1Khqm5oHQCWQIgOioOsmFGwhdi
5tIrjiaBGGIPbj1kD5eXPFy+79RCBRM=
-----END CERTIFICATE-----
`;

const otherName = `-----BEGIN CERTIFICATE-----
MIIBrDCCAVKgAwIBAgIBAzAKBggqhkjOPQQDAjAeMRwwGgYDVQQDDBNTaW11bGF0
ZWQgYXV0aG9yaXR5MCAXDTI0MDEwMTAwMDAwMFoYDzIxMjQwMTAxMDAwMDAwWjAc
MRowGAYDVQQDDBFvdGhlci5leGFtcGxlLm9yZzBZMBMGByqGSM49AgEGCCqGSM49
AwEHA0IABGz9dydxDX0aHEYBQBqJkvl3HITKw4Eri65CAchAOPXKgEZx9mF5eMjr
VpA24qYgE81CQY71wuqkpnUnYVk5soOjgYAwfjAcBgNVHREEFTATghFvdGhlci5l
eGFtcGxlLm9yZzAJBgNVHRMEAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMBMB0GA1Ud
DgQWBBS7Ef9pNJGmgaQCNN427SnzlmIv2TAfBgNVHSMEGDAWgBTgUXVQhJBqtwOI
vD76w4BPljKEqjAKBggqhkjOPQQDAgNIADBFAiEAn9csbYz2rs5kSUurUF60+bKL
v89wTwiVl4N0X0vy5GkCIEUouA3soFDuZ8hGtGTJqxJfJzUIOp8qRdEpszARElbp
-----END CERTIFICATE-----
`;

/** The authority that has signed both certificates, as PEM: what `tls.ca_file` of a target has to name. */
export const simulatedAuthority = `-----BEGIN CERTIFICATE-----
MIIBbzCCARWgAwIBAgIBATAKBggqhkjOPQQDAjAeMRwwGgYDVQQDDBNTaW11bGF0
ZWQgYXV0aG9yaXR5MCAXDTI0MDEwMTAwMDAwMFoYDzIxMjQwMTAxMDAwMDAwWjAe
MRwwGgYDVQQDDBNTaW11bGF0ZWQgYXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZI
zj0DAQcDQgAEb5GnKZkpQlMb8nim44m96NaLGLWPxq19d64/a5rd5f9EYuVtHZIQ
AKtgzOR+hdafEMv14Q79L0DEVjVfz4NjjaNCMEAwDwYDVR0TAQH/BAUwAwEB/zAO
BgNVHQ8BAf8EBAMCAgQwHQYDVR0OBBYEFOBRdVCEkGq3A4i8PvrDgE+WMoSqMAoG
CCqGSM49BAMCA0gAMEUCIQCUd8HnoV2+ug2insgg1ZmVGlxYI6cQRjxdhvGFFIdA
cwIgXExM/6bmKk5vZSkg7wab2bu9rA4zIgAgb6+Xr/EMYe0=
-----END CERTIFICATE-----
`;

/** Certificates that a PBX should not have, by the name of the fault. */
export const faultyCertificates: Readonly<Record<'certificate-expired' | 'certificate-other-name', SimulatorTls>> = {
  'certificate-expired': { certificate: expired, key },
  'certificate-other-name': { certificate: otherName, key },
};
