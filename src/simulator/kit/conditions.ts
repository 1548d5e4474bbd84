import type { LockOut } from './lock-out.ts';

/** What the administrator of a PBX, or the PBX itself, can have done to the account or address of the exporter. */
export const conditionNames = {
  'right-missing': 'the account lacks the right to one of the lists',
  'account-locked': 'too many wrong passwords have locked the account',
  'address-blocked': 'the address of the exporter is blocked',
} as const;

/** One of {@link conditionNames}. */
export type Condition = keyof typeof conditionNames;

/** How a PBX gets into each condition that its family knows. */
export type Conditions = Readonly<Partial<Record<Condition, () => void>>>;

/** The address that connections on loopback come from. */
export const ownAddress = '127.0.0.1';

/** Locks a client as the vendor's rule does, strike by strike. */
export function lock(lockOut: LockOut, client: string): void {
  while (!lockOut.strike(client));
}
