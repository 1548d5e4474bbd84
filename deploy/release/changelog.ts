/** A section of a changelog: one version, or the unreleased changes. */
export interface ChangelogSection {
  /** A version such as `0.2.0`, or `Unreleased`. */
  readonly version: string;
  /** `YYYY-MM-DD`; empty if the heading has no date. */
  readonly date: string;
  /** Markdown below the heading, without leading and trailing blank lines. */
  readonly text: string;
}

/** Returns the sections of a text in the format of Keep a Changelog. Never throws; parts without a version heading are omitted. */
export function changelogSections(changelog: string): readonly ChangelogSection[] {
  return changelog.split(/^(?=## )/m).flatMap((part) => {
    const [, version, date = '', text = ''] = /^## \[([^\]\n]+)\](?: - (\S+))?[ \t]*\n?([\s\S]*)$/.exec(part) ?? [];
    return version === undefined ? [] : [{ version, date, text: text.trim() }];
  });
}

/** Returns the release notes of a version; undefined if the changelog has no text for it. */
export function releaseNotes(changelog: string, version: string): string | undefined {
  const section = changelogSections(changelog).find((one) => one.version === version);
  return section === undefined || section.text === '' ? undefined : `${section.text}\n`;
}
