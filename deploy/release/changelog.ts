/** A section of a changelog: one version, or what is not released yet. */
export interface ChangelogSection {
  /** A version such as `0.2.0`, or `Unreleased`. */
  readonly version: string;
  /** `YYYY-MM-DD`; empty where the heading names none. */
  readonly date: string;
  /** Markdown below the heading, without blank lines at its ends. */
  readonly text: string;
}

/** The sections of a text in the form of Keep a Changelog, in their order. Never throws: what has no such heading is left out. */
export function changelogSections(changelog: string): readonly ChangelogSection[] {
  return changelog.split(/^(?=## )/m).flatMap((part) => {
    const [, version, date = '', text = ''] = /^## \[([^\]\n]+)\](?: - (\S+))?[ \t]*\n?([\s\S]*)$/.exec(part) ?? [];
    return version === undefined ? [] : [{ version, date, text: text.trim() }];
  });
}

/** What the release page says of a version; undefined where the changelog does not know it or says nothing. */
export function releaseNotes(changelog: string, version: string): string | undefined {
  const section = changelogSections(changelog).find((one) => one.version === version);
  return section === undefined || section.text === '' ? undefined : `${section.text}\n`;
}
