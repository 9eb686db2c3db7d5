import { readable } from '../script/numbers';
import type { User } from '../script/script';

/** Something that rings. */
export interface Target {
  readonly number: string;
  readonly user?: User;
}

/** @returns the user's name, or the number where no user belongs to it */
export function nameOf(target: Target): string {
  return target.user === undefined ? readable(target.number) : target.user.name;
}

/** @returns the names under which a script may speak of a telephone */
export function namesOf({ number, user }: Target): string[] {
  return [number, user?.userId, user?.fullUserId, user?.name].filter((name) => name !== undefined);
}
