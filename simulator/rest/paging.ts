import { refuseByName } from './answers';

/** @returns offset or limit of a list; throws Refusal 400 for anything but a whole number from 0 on */
export function paging(query: URLSearchParams, name: 'offset' | 'limit', unset: number): number {
  const text = query.get(name);
  if (text === null) return unset;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw refuseByName(400, 'PARAMETER_INVALID', `${name} must be a whole number from 0 on`);
}
