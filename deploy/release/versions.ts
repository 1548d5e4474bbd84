import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { changelogSections } from './changelog.ts';

/** The texts of the files that contain the version of a release. */
export interface ReleaseFiles {
  readonly manifest: string;
  readonly lockFile: string;
  readonly changelog: string;
  readonly kustomization: string;
  readonly chart: string;
}

/** Reads the files of this project. */
export function readReleaseFiles(): ReleaseFiles {
  const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  return {
    manifest: read('package.json'),
    lockFile: read('package-lock.json'),
    changelog: read('CHANGELOG.md'),
    kustomization: read('deploy/kubernetes/kustomization.yaml'),
    chart: read('deploy/helm/pbx-exporter/Chart.yaml'),
  };
}

const versioned = z.object({ version: z.string() });
const images = z.object({ images: z.array(z.object({ newTag: z.string() })) });
const chartFile = z.object({ version: z.string(), appVersion: z.string() });

/** Returns the problems for a release, one sentence each; empty if there are none. `tag` must be `v` followed by the version. */
export function releaseProblems(files: ReleaseFiles, tag?: string): readonly string[] {
  const { version } = versioned.parse(JSON.parse(files.manifest));
  const chart = chartFile.parse(parse(files.chart));
  const told: readonly (readonly [string, string])[] = [
    ['package-lock.json', versioned.parse(JSON.parse(files.lockFile)).version],
    ...images.parse(parse(files.kustomization)).images.map(({ newTag }) => ['kustomization.yaml', newTag] as const),
    ['Chart.yaml (version)', chart.version],
    ['Chart.yaml (appVersion)', chart.appVersion],
  ];
  return [
    ...told
      .filter(([, other]) => other !== version)
      .map(([file, other]) => `${file} says ${other}, package.json ${version}`),
    ...(tag === undefined ? [] : tagProblems(files.changelog, version, tag)),
  ];
}

function tagProblems(changelog: string, version: string, tag: string): readonly string[] {
  const section = changelogSections(changelog).find((one) => one.version === version);
  const notes = section !== undefined && section.text !== '' && /^\d{4}-\d\d-\d\d$/.test(section.date);
  return [
    ...(tag === `v${version}`
      ? []
      : [`the tag is ${tag}, for version ${version} of package.json it has to be v${version}`]),
    ...(notes ? [] : [`CHANGELOG.md has no section "[${version}] - YYYY-MM-DD" with a text`]),
  ];
}
