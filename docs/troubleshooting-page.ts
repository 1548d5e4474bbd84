import { failureReasons } from '../src/snapshot/failure-reason.ts';
import { failureHints, failureMeaning } from '../src/server/pages/hints.ts';

const introduction = `# Troubleshooting

This page is generated from the hints on the status page; \`npm run docs\` regenerates it.

Every failure has a reason from a fixed set. The same word appears on the status page, in the log (\`reason=\`), and in
\`pbx_last_failure\`, \`pbx_round_failures_total\`, \`pbx_collector_failures_total\` and \`pbx_api_requests_total\`. Where to look
first:

- the **status page** of the exporter, \`http://HOST:10560/\`: the last failure of each PBX in words, and what to do
- \`pbx-exporter once NAME\`: one round with one PBX, shown as a table
- \`pbx-exporter capture NAME\`: the same round, saved to a file with all answers and without secrets, for a bug report
- the **page of the family** in [families/](families/): what its errors mean and which rights are needed

After a refused login, the exporter waits before it tries again, so that the PBX does not lock the account or the address.
\`pbx_login_suspended_until_timestamp_seconds\` shows until when.

- If the cause is in the configuration, correct it and reload (\`kill -HUP\` or \`curl -X POST http://HOST:10560/-/reload\`). A target
  whose url, account, secret, TLS settings or options have changed is tried immediately.
- If the cause was on the PBX, and nothing has changed in the configuration, \`pbx-exporter retry NAME\` (or
  \`curl -X POST http://HOST:10560/-/retry?pbx=NAME\`) sends one login now.

Neither sends a login if one more refusal would lock the exporter out. The page of the PBX shows how many refusals
have been used up, and \`retry\` prints when the next login is allowed.
`;

/** Returns the page `docs/troubleshooting.md`: all failure reasons with the steps against them. */
export function troubleshootingPage(): string {
  const sections = failureReasons.map((reason) => {
    const steps = failureHints[reason].map((step, index) => `${index + 1}. ${step}\n`).join('');
    return `\n## \`${reason}\`\n\n${capitalized(failureMeaning(reason))}.\n\n${steps}`;
  });
  return `${introduction}${sections.join('')}`;
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}`;
}
