// Writes the dashboards. With --check, it only lists those that are out of date, and exits with code 1 if there are any. --identity
// changes settings.yml, which also determines the rules, so it has the same effect as "npm run rules" with this flag. No module may read
// the settings before they are changed.
if (process.argv.some((word) => word.startsWith('--identity'))) await import('../generate.ts');
else {
  const check = process.argv.includes('--check');
  const { writeDashboards } = await import('./write.ts');
  if (!writeDashboards(check) && check) process.exitCode = 1;
}
