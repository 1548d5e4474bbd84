/** First minor release, by release line, that scores legs (MES) and sends final statistics of PJSIP legs. From 21.0 on, all do. */
const scoredSince: Readonly<Record<number, number>> = { 18: 17, 20: 2 };

/** Reports whether this version scores legs and sends final statistics of PJSIP legs; the same releases added both. */
export function scoresLegs(version: string): boolean {
  const [line = 0, minor = 0] = version.split('.').map(Number);
  return line >= 21 || minor >= (scoredSince[line] ?? Infinity);
}

/** First minor release, by release line, with the maintenance mode of PJSIP: 20.20, 22.10, 23.4. */
const maintenanceSince: Readonly<Record<number, number>> = { 20: 20, 22: 10, 23: 4 };

/** Reports whether this version has the maintenance mode of PJSIP. */
export function hasMaintenance(version: string): boolean {
  const [line = 0, minor = 0] = version.split('.').map(Number);
  return line >= 24 || minor >= (maintenanceSince[line] ?? Infinity);
}
