/** A request that is not carried out; its message is the answer. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Runs something that an order from outside makes fail. Throws HttpRefusal 400 with the reason. */
export function refusingWith400<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new HttpRefusal(400, error instanceof Error ? error.message : String(error));
  }
}
