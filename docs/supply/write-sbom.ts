import { sbom } from './sbom.ts';

// `npm run --silent sbom > sbom.cdx.json`
process.stdout.write(sbom());
