import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import should from 'should';
import { Simulator } from '../../simulator/index';
import { eventually } from '../eventually';
import { startNodeRed, type NodeRedProcess } from '../node-red';
import { IS_LONG } from './flows';
import { removeFolder } from '../remove-folder';

const KILLS = IS_LONG ? 20 : 3;
/** More than are sent between the kills. */
const MOST_PER_DAY = 80 * KILLS;
const MOST_BETWEEN = 40;
const LIMIT_MS = 60_000;

/** Where it is noon: the day must not end meanwhile. */
function noonZone(): string {
  const ahead = 12 - new Date().getUTCHours();
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`; // these names count westwards
}

describe('a limit of SMS per day and a flow that goes mad', function () {
  this.timeout(60_000 * KILLS);
  const userDir = mkdtempSync(path.join(tmpdir(), 'sipgate-spending-'));
  let simulator: Simulator;
  let nodeRed: NodeRedProcess | undefined;

  before(async () => (simulator = await Simulator.start({ speed: Infinity })));
  after(async () => {
    await kill();
    await simulator.stop();
    await removeFolder(userDir);
  });

  const [tab, at] = ['tab', { z: 'tab', x: 100, y: 100 }];
  function flows(credentials?: object) {
    return [
      { id: tab, type: 'tab', label: 'Mad' },
      {
        id: 'account',
        type: 'sipgate-account',
        apiUrl: `${simulator.url}/v2`,
        maxPerDay: MOST_PER_DAY,
        ...(credentials && { credentials }),
      },
      { id: 'go', type: 'inject', ...at, once: true, onceDelay: 0.1, repeat: '', wires: [['sms']] },
      {
        ...{ id: 'sms', type: 'sipgate-sms', ...at, account: 'account', sender: 's0', senderType: 'str' },
        ...{ to: '+4915799912345', toType: 'str', message: 'Help', messageType: 'str' },
        // what has been sent starts the next one: there is one under way at a time
        wires: [['sms']],
      },
    ];
  }

  async function start(): Promise<NodeRedProcess> {
    await removeFolder(path.join(userDir, 'node_modules'));
    return startNodeRed({ userDir, flows: flows(), env: { TZ: noonZone() } });
  }
  async function kill(): Promise<void> {
    nodeRed?.child.kill('SIGKILL');
    await nodeRed?.ended;
    await nodeRed?.stop();
  }
  const sent = () => simulator.account.sentSms.length;
  const held = () => {
    const folder = path.join(userDir, 'sipgate-io');
    const file = readdirSync(folder).find((name) => /^spending-.*\.json$/.test(name)) ?? '';
    const counts = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<
      string,
      { count: number }
    >;
    return counts['account']?.count ?? 0;
  };

  it(`are both there after ${KILLS} kills: none is sent that was not counted, and the limit is kept`, async () => {
    for (let kills = 0; kills < KILLS; kills += 1) {
      nodeRed = await start();
      const [login] = simulator.account.credentials.tokens;
      // they are kept in the user directory, as by the first deploy of a user
      if (kills === 0) await nodeRed.deploy(flows({ tokenId: login!.id, token: login!.token }));
      const target = sent() + 1 + Math.floor(Math.random() * MOST_BETWEEN);
      await eventually(() => sent() >= target, 'the next SMS', LIMIT_MS);
      await kill();
      held().should.be.aboveOrEqual(sent());
      // the one that was under way at each kill may have been counted and not sent
      held().should.be.belowOrEqual(sent() + kills + 1);
    }
    nodeRed = await start();
    const { log } = nodeRed;
    await eventually(
      () => log().includes(`own limit of ${MOST_PER_DAY} per day`),
      () => `the limit after ${sent()} SMS, with the log\n${log()}\n`,
      LIMIT_MS,
    );
    held().should.equal(MOST_PER_DAY);
    should(sent()).be.within(MOST_PER_DAY - KILLS, MOST_PER_DAY);
  });
});
