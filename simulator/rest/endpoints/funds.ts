import type { SimulatedAccount } from '../../account/account';
import { refuse } from '../answers';

/** Takes a price off the credit. @throws Refusal 402 when there is not enough of it */
export function charge(account: SimulatedAccount, price: number): void {
  if (account.balance.amount < price) throw refuse(402);
  account.balance.amount -= price;
}
