import { failureReasons } from '../src/snapshot/failure-reason.ts';
import { failureHints, failureInWords } from '../src/server/pages/hints.ts';

const introduction = `# Troubleshooting

This page is generated from the hints that the status page shows: \`npm run docs\` writes it anew.

Every failure has a reason out of a closed set. The same word stands on the status page, in the log (\`reason=\`), in
\`pbx_last_failure\`, \`pbx_round_failures_total\`, \`pbx_collector_failures_total\` and \`pbx_api_requests_total\`. Where to look
first:

- the **status page** of the exporter, \`http://HOST:10560/\`: the last failure of each PBX in words, and what to do
- \`pbx-exporter once NAME\`: one round against one PBX, shown as a table
- \`pbx-exporter capture NAME\`: the same round with all answers in a file, secrets replaced, for a bug report
- the **page of the family** in [families/](families/): what its errors mean and which rights are needed

A PBX that refuses a login is not asked again at once: the exporter stops before the PBX locks the account or the address.
\`pbx_login_suspended_until_timestamp_seconds\` says until when. Correct the cause and reload (\`kill -HUP\` or
\`curl -X POST http://HOST:10560/-/reload\`): a target whose url, account, secret, TLS settings or options
have changed is tried at once. Corrected on the PBX, and nothing to change here: \`pbx-exporter retry NAME\` (or
\`curl -X POST http://HOST:10560/-/retry?pbx=NAME\`) tries one login now. Neither does where one more refusal would lock the
exporter out: the page of the PBX says how many are spent, and \`retry\` until when.
`;

/** The page `docs/troubleshooting.md`: every failure reason and what to do about it. */
export function troubleshootingPage(): string {
  const sections = failureReasons.map((reason) => {
    const steps = failureHints[reason].map((step, index) => `${index + 1}. ${step}\n`).join('');
    return `\n## \`${reason}\`\n\n${capitalized(failureInWords(reason))}.\n\n${steps}`;
  });
  return `${introduction}${sections.join('')}`;
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}`;
}
