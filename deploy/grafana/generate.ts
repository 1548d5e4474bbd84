// Writes the dashboards; with --check it only says which are out of date, and ends with 1 if any is. --identity changes settings.yml, of which
// rules are made too, so that this and "npm run rules" with that flag do the same. Nothing may read the settings before they are changed.
if (process.argv.some((word) => word.startsWith('--identity'))) await import('../generate.ts');
else {
  const check = process.argv.includes('--check');
  const { writeDashboards } = await import('./write.ts');
  if (!writeDashboards(check) && check) process.exitCode = 1;
}
