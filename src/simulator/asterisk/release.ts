/** Since when a release line scores legs (MES) and tells the last numbers of a PJSIP leg: 18.17, 20.2, 21.0. */
const scoredSince: Readonly<Record<number, number>> = { 18: 17, 20: 2 };

/** Whether this version scores legs; that came together with the last numbers of PJSIP legs. */
export function scoresLegs(version: string): boolean {
  const [line = 0, minor = 0] = version.split('.').map(Number);
  return line >= 21 || minor >= (scoredSince[line] ?? Infinity);
}

/** Since when a release line has PJSIP's maintenance mode: 20.20, 22.10, 23.4. */
const maintenanceSince: Readonly<Record<number, number>> = { 20: 20, 22: 10, 23: 4 };

/** Whether this version has PJSIP's maintenance mode. */
export function hasMaintenance(version: string): boolean {
  const [line = 0, minor = 0] = version.split('.').map(Number);
  return line >= 24 || minor >= (maintenanceSince[line] ?? Infinity);
}
