// for specs that still look here
import { eventually } from '../../eventually';

export {
  actionFlow as officeFlow,
  everythingIn,
  guarded,
  startActionRuntime as startOffice,
  TOKEN,
  type ActionRuntime as Office,
  type ActionRuntimeOptions as OfficeOptions,
  type Failure,
} from './action-runtime';

export async function until(what: () => boolean, ms = 5000): Promise<void> {
  await eventually(what, String(what), ms);
}
