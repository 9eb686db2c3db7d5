import fc from 'fast-check';
import should from 'should';
import { isCancelled, sendSms, SipgateError, type SipgateClient } from '../../../../sipgate/index';
import { ApiServer, clientOf, type Reply, type Seen } from '../../helpers/api-server';

/** 300 in `npm test`, 10,000 with `npm run test:model`. fast-check prints the seed of what failed. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 300);

const USUAL = '+4915799912345';
const OTHERS = ['+4915799912346', '+4915799912347'];
/** `s0` is sent with the usual number, the others switch. */
const SENDERS = ['s0', USUAL, ...OTHERS] as const;

/** `lost` was carried out, but nobody learns of it. */
const PASSING = ['lost', 'reset', 500, 503] as const;
const HOWS = [...PASSING, 402, 403] as const;

/** Which request goes wrong, and how. */
interface Fault {
  readonly at: 'switch' | 'post' | 'back';
  readonly how: (typeof HOWS)[number];
}

/** An account with three verified numbers, of which one is the default, and what it was asked to do. */
class Account {
  faults: Fault[] = [];
  /** Sender and text of each SMS, as recipients saw it. */
  arrived: { from: string; text: string }[] = [];
  /** Is called before each request. */
  onRequest: () => void = () => {};
  private current = USUAL;

  get sender(): string {
    return this.current;
  }

  answer(seen: Seen): Reply {
    this.onRequest();
    const { method, url } = seen;
    if (url === '/authorization/userinfo') return { json: { sub: 'w0', masterSipId: '1234567' } };
    if (url === '/w0/sms') return { json: { items: [{ id: 's0' }] } };
    if (method === 'GET') return { json: { items: this.numbers() } };
    const fault = this.takeFault(this.stepOf(seen));
    if (fault === undefined || fault === 'lost') this.carryOut(seen);
    if (fault === undefined) return { status: 204 };
    return fault === 'lost' || fault === 'reset' ? 'reset' : { status: fault };
  }

  private numbers() {
    return [USUAL, ...OTHERS].map((phonenumber, index) => ({
      id: index,
      phonenumber,
      verified: true,
      defaultNumber: phonenumber === this.current,
    }));
  }

  private stepOf({ method, url }: Seen): Fault['at'] {
    if (method === 'POST') return 'post';
    return url.endsWith('/0') ? 'back' : 'switch';
  }

  private takeFault(step: Fault['at']): Fault['how'] | undefined {
    const index = this.faults.findIndex(({ at }) => at === step);
    return index < 0 ? undefined : this.faults.splice(index, 1)[0]?.how;
  }

  private carryOut({ method, url, json }: Seen): void {
    if (method === 'POST') {
      this.arrived.push({ from: this.current, text: (json as { message: string }).message });
      return;
    }
    const number = [USUAL, ...OTHERS][Number(url.at(-1))];
    (json as { defaultNumber: boolean }).defaultNumber.should.be.true();
    this.current = String(number);
  }
}

/** What is under way, and what came of it. */
class Scene {
  readonly account = new Account();
  readonly sent: { text: string; wanted: string; outcome: 'sent' | SipgateError | undefined }[] = [];
  private readonly running: Promise<void>[] = [];
  private readonly clients: SipgateClient[];
  private requests = 0;
  /** What is to happen with which request. */
  private readonly waiting: { at: number; act: () => void }[] = [];

  /** @param folder tells requests of this scene from those that an earlier one has called off, and that come late */
  constructor(
    private readonly api: ApiServer,
    private readonly folder: string,
  ) {
    api.seen.length = 0;
    api.answer = (seen) => {
      if (!seen.url.startsWith(folder)) return { status: 404 };
      return this.account.answer({ ...seen, url: seen.url.slice(folder.length) });
    };
    this.account.onRequest = () => {
      this.requests += 1;
      for (const { at, act } of this.waiting) if (at <= this.requests) act();
    };
    this.clients = [this.newClient(), this.newClient()];
  }

  send(client: number, sender: (typeof SENDERS)[number], abortAfter: number | undefined): void {
    const text = `SMS ${this.sent.length}`;
    const abort = new AbortController();
    if (abortAfter === 0) abort.abort();
    else if (abortAfter !== undefined) this.inRequests(abortAfter, () => abort.abort());
    const entry: (typeof this.sent)[number] = {
      text,
      wanted: sender === 's0' ? USUAL : sender,
      outcome: undefined,
    };
    this.sent.push(entry);
    const sms = { to: '+4915112345678', message: text, sender };
    const work = sendSms(this.clients[client]!, sms, { signal: abort.signal });
    this.running.push(
      work.then(
        () => void (entry.outcome = 'sent'),
        (error: SipgateError) => void (entry.outcome = error),
      ),
    );
  }

  private inRequests(count: number, act: () => void): void {
    this.waiting.push({ at: this.requests + count, act });
  }

  /** Until so many requests more have come, or nothing is under way. */
  async wait(requests: number): Promise<void> {
    const reached = new Promise<void>((resolve) => this.inRequests(requests, resolve));
    await Promise.race([reached, Promise.all(this.running)]);
  }

  /** A deploy: the old client is closed, which may end what it does, and a new one takes its place. */
  async replace(client: number): Promise<void> {
    const old = this.clients[client]!;
    this.clients[client] = this.newClient();
    await old.close();
  }

  private newClient(): SipgateClient {
    return clientOf(this.api, { apiUrl: this.api.url + this.folder });
  }

  async settle(): Promise<void> {
    await Promise.all(this.running);
    this.account.faults = [];
  }

  async close(): Promise<void> {
    await this.settle();
    await Promise.all(this.clients.map((client) => client.close()));
  }

  /** What holds whenever nothing is under way. */
  check(): void {
    this.account.sender.should.equal(USUAL, 'the default sender is put back');
    for (const { text, wanted, outcome } of this.sent) {
      const copies = this.account.arrived.filter((sms) => sms.text === text);
      copies.length.should.be.belowOrEqual(1, `${text} was sent twice`);
      if (outcome === 'sent') copies.length.should.equal(1, `${text} is said to be sent`);
      else should(outcome?.message).not.containEql('could not be switched back');
      // an SMS that was called off on its way may arrive later than the sender is put back
      if (outcome instanceof SipgateError && isCancelled(outcome)) continue;
      for (const { from } of copies) from.should.equal(wanted, `the sender of ${text}`);
    }
  }
}

type Command = fc.AsyncCommand<object, Scene>;

class Send implements Command {
  constructor(
    private readonly client: number,
    private readonly sender: (typeof SENDERS)[number],
    private readonly abortAfter: number | undefined,
  ) {}
  check = () => true;
  async run(_model: object, scene: Scene): Promise<void> {
    scene.send(this.client, this.sender, this.abortAfter);
  }
  toString = () =>
    `send from ${this.sender} with client ${this.client}` +
    (this.abortAfter === undefined ? '' : `, called off after ${this.abortAfter} requests`);
}

class Break implements Command {
  constructor(private readonly faults: readonly Fault[]) {}
  check = () => true;
  async run(_model: object, scene: Scene): Promise<void> {
    scene.account.faults = [...this.faults];
  }
  toString = () => `break ${this.faults.map(({ at, how }) => `${at}: ${how}`).join(', ')}`;
}

class Deploy implements Command {
  constructor(private readonly client: number) {}
  check = () => true;
  run = (_model: object, scene: Scene): Promise<void> => scene.replace(this.client);
  toString = () => `deploy client ${this.client}`;
}

class Settle implements Command {
  check = () => true;
  async run(_model: object, scene: Scene): Promise<void> {
    await scene.settle();
    scene.check();
  }
  toString = () => 'settle';
}

class Wait implements Command {
  constructor(private readonly requests: number) {}
  check = () => true;
  run = (_model: object, scene: Scene): Promise<void> => scene.wait(this.requests);
  toString = () => `wait for ${this.requests} requests`;
}

const client = fc.nat(1);
const fault = fc.oneof(
  fc.record({
    at: fc.constantFrom('switch' as const, 'post' as const),
    how: fc.constantFrom(...HOWS),
  }),
  // what sipgate refuses stays refused, and is a case of its own below
  fc.record({ at: fc.constant('back' as const), how: fc.constantFrom(...PASSING) }),
);
const commands = fc.commands(
  [
    fc
      .tuple(client, fc.constantFrom(...SENDERS), fc.option(fc.nat(6), { nil: undefined, freq: 3 }))
      .map((values) => new Send(...values)),
    fc
      .array(fault, { minLength: 1, maxLength: 6 })
      // switching back is tried three times, and comes through in the end
      .filter((faults) => faults.filter(({ at }) => at === 'back').length < 3)
      .map((faults) => new Break(faults)),
    client.map((which) => new Deploy(which)),
    fc.constant(new Settle()),
    fc.integer({ min: 1, max: 6 }).map((requests) => new Wait(requests)),
  ],
  { maxCommands: 15 },
);

describe('SMS from several numbers, in any order, with failures, deploys and what is called off', function () {
  this.timeout(60_000 + RUNS * 200);
  let api: ApiServer;
  let run = 0;

  before(async () => {
    api = await ApiServer.start();
  });
  after(() => api.stop());

  it('leave the default sender as it was, never overlap, and are never sent twice', () =>
    fc.assert(
      fc.asyncProperty(commands, async (orders) => {
        run += 1;
        const scene = new Scene(api, `/run${run}`);
        try {
          await fc.asyncModelRun(() => ({ model: {}, real: scene }), orders);
          await scene.settle();
          scene.check();
        } finally {
          await scene.close();
        }
      }),
      { numRuns: RUNS },
    ));
});
