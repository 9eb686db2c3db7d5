import { mapFlows, type FlowNode } from '../../../../nodes/lib/calls/reachable';

const tab: FlowNode = { id: 'tab', type: 'tab' };
const node = (id: string, type: string, wires: string[][] = [], more: Partial<FlowNode> = {}): FlowNode => ({
  id,
  type,
  z: 'tab',
  wires,
  ...more,
});
const start = (...newCall: string[]) => node('in', 'sipgate-webhook-in', [newCall, [], [], []]);
const end = (more: Partial<FlowNode> = {}) => node('end', 'sipgate-webhook-response', [[]], more);
const RESPONSE = 'sipgate-webhook-response';
const map = (nodes: FlowNode[]) => mapFlows([tab, ...nodes], RESPONSE, () => false);
const reaches = (nodes: FlowNode[]) => map(nodes).reach('in', 0).isReached;

/** A subflow that has an input wired to `first`, and an output fed by `last`. */
const subflow = (id: string, first: string, last: string, port = 0): FlowNode => ({
  id,
  type: 'subflow',
  in: [{ wires: [{ id: first }] }],
  out: [{ wires: [{ id: last, port }] }],
});

/** Link calls that call each other, none of which returns; behind the last one stands the response. */
function linkCalls(count: number): FlowNode[] {
  const all = Array.from({ length: count }, (_, index) => index + 1);
  return [
    start('c1'),
    ...all.map((nth) => node(`c${nth}`, 'link call', [nth === count ? ['end'] : []], { links: [`i${nth}`] })),
    ...all.map((nth) => node(`i${nth}`, 'link in', [[`c${nth + 1}`]])),
    end(),
  ];
}

/** So many nodes, one behind the other, and no response. */
function line(count: number): FlowNode[] {
  return [
    start('f0'),
    ...Array.from({ length: count }, (_, index) => node(`f${index}`, 'function', [[`f${index + 1}`]])),
  ];
}

const moreDeadEnds: [string, FlowNode[]][] = [
  ['nothing at all is said of wires', [{ id: 'in', type: 'sipgate-webhook-in', z: 'tab' }, end()]],
  ['the fifth of link calls in each other does not return', linkCalls(5)],
  ['two thousand nodes stand in a line', line(2000)],
  [
    'the message names a link in, for a response is none',
    [start('c'), node('c', 'link call', [[]], { linkType: 'dynamic' }), end()],
  ],
  [
    'another link in than the called one leads there',
    [
      start('c'),
      node('c', 'link call', [[]], { links: ['i'] }),
      node('i', 'link in', [[]]),
      node('other', 'link in', [['end']]),
      end(),
    ],
  ],
  [
    'a link leads to a node that is gone',
    [start('o'), node('o', 'link out', [], { mode: 'link', links: ['gone'] }), end()],
  ],
  ['a link call has no links', [start('c'), node('c', 'link call', [[]]), end()]],
  ['a link out has no links', [start('o'), node('o', 'link out'), end()]],
  ['a subflow is gone', [start('n'), node('n', 'subflow:gone', [['end']]), end()]],
  [
    'a subflow has neither inputs nor outputs',
    [{ id: 's', type: 'subflow' }, start('n'), node('n', 'subflow:s', [['end']]), end()],
  ],
  [
    'a node leaves a subflow that has no outputs',
    [
      { id: 's', type: 'subflow', in: [{ wires: [{ id: 'x' }] }] },
      start('n'),
      node('n', 'subflow:s', [['end']]),
      node('x', 'function', [[]], { z: 's' }),
      end(),
    ],
  ],
  [
    'another output of the node feeds the subflow’s output',
    [
      subflow('s', 'x', 'x', 1),
      start('n'),
      node('n', 'subflow:s', [['end']]),
      node('x', 'function', [[]], { z: 's' }),
      end(),
    ],
  ],
  [
    'the subflow is left by another instance, behind a link within it',
    [
      subflow('s', 'o', 'i'),
      start('n'),
      node('n', 'subflow:s', [[]]),
      node('other', 'subflow:s', [['end']]),
      node('o', 'link out', [], { z: 's', mode: 'link', links: ['i'] }),
      node('i', 'link in', [[]], { z: 's' }),
      end(),
    ],
  ],
  [
    'four link calls call whatever the message names, also each other',
    [
      start('c0'),
      ...[0, 1, 2, 3].flatMap((nth) => [
        node(`c${nth}`, 'link call', [['d']], { linkType: 'dynamic' }),
        node(`i${nth}`, 'link in', [['c0', 'c1', 'c2', 'c3']]),
      ]),
      node('d', 'debug'),
      end(),
    ],
  ],
  [
    'a text that is no Function names a link call',
    [
      start('f'),
      node('f', 'template', [[]], { func: 'node.linkcall("menu", msg)' }),
      node('i', 'link in', [['end']]),
      end(),
    ],
  ],
];

describe('the way from a call to its answer', () => {
  const ways: [string, FlowNode[]][] = [
    ['a wire', [start('end'), end()]],
    ['a function', [start('f'), node('f', 'function', [['end']]), end()]],
    ['the second output of a switch', [start('s'), node('s', 'switch', [[], ['end']]), end()]],
    ['junctions', [start('j'), node('j', 'junction', [['k']]), node('k', 'junction', [['end']]), end()]],
    [
      'a ring of wires',
      [start('a'), node('a', 'delay', [['b', 'a']]), node('b', 'delay', [['a', 'end']]), end()],
    ],
    [
      'link out and link in on another flow',
      [
        start('o'),
        node('o', 'link out', [], { mode: 'link', links: ['i'] }),
        { id: 'tab2', type: 'tab' },
        node('i', 'link in', [['end']], { z: 'tab2', links: ['o'] }),
        end({ z: 'tab2' }),
      ],
    ],
    [
      'link call, answered by the one who is called',
      [start('c'), node('c', 'link call', [[]], { links: ['i'] }), node('i', 'link in', [['end']]), end()],
    ],
    [
      'link call and its return',
      [
        start('c'),
        node('c', 'link call', [['end']], { links: ['i'] }),
        node('i', 'link in', [['o']]),
        node('o', 'link out', [], { mode: 'return', links: [] }),
        end(),
      ],
    ],
    [
      'link call in a link call',
      [
        start('c'),
        node('c', 'link call', [['end']], { links: ['i'] }),
        node('i', 'link in', [['c2']]),
        node('c2', 'link call', [['o']], { links: ['i2'] }),
        node('i2', 'link in', [['o']]),
        node('o', 'link out', [], { mode: 'return' }),
        end(),
      ],
    ],
    [
      'link call that calls itself',
      [
        start('c'),
        node('c', 'link call', [['end']], { links: ['i'] }),
        node('i', 'link in', [['c', 'o']]),
        node('o', 'link out', [], { mode: 'return' }),
        end(),
      ],
    ],
    [
      'link call with a target that the message names',
      [
        start('c'),
        node('c', 'link call', [[]], { linkType: 'dynamic', links: [] }),
        node('i', 'link in', [['end']]),
        end(),
      ],
    ],
    [
      'a subflow that answers',
      [
        subflow('s', 'x', 'x'),
        start('n'),
        node('n', 'subflow:s'),
        node('x', 'function', [['end']], { z: 's' }),
        end({ z: 's' }),
      ],
    ],
    [
      'through a subflow',
      [
        subflow('s', 'x', 'x'),
        start('n'),
        node('n', 'subflow:s', [['end']]),
        node('x', 'function', [[]], { z: 's' }),
        end(),
      ],
    ],
    [
      'through a subflow whose input is wired to its output',
      [subflow('s', 'nobody', 's'), start('n'), node('n', 'subflow:s', [['end']]), end()],
    ],
    [
      'through a subflow in a subflow',
      [
        subflow('s', 'm', 'm'),
        subflow('t', 'x', 'x'),
        start('n'),
        node('n', 'subflow:s', [['end']]),
        node('m', 'subflow:t', [[]], { z: 's' }),
        node('x', 'function', [[]], { z: 't' }),
        end(),
      ],
    ],
    [
      'out of a subflow that holds the webhook in',
      [
        { id: 's', type: 'subflow', in: [], out: [{ wires: [{ id: 'in', port: 0 }] }] },
        { ...start(), z: 's' },
        node('n', 'subflow:s', [['end']]),
        end(),
      ],
    ],
    [
      'a link call within a subflow',
      [
        subflow('s', 'c', 'c'),
        start('n'),
        node('n', 'subflow:s', [['end']]),
        node('c', 'link call', [[]], { z: 's', links: ['i'] }),
        node('i', 'link in', [['o']], { z: 's' }),
        node('o', 'link out', [], { z: 's', mode: 'return' }),
        end(),
      ],
    ],
    ['a node whose flow is not known', [start('f'), node('f', 'function', [['end']], { z: 'gone' }), end()]],
    ['a node that stands in no flow', [start('f'), { id: 'f', type: 'function', wires: [['end']] }, end()]],
    [
      'one of two wires to the output of a subflow',
      [
        {
          ...subflow('s', 'x', 'x'),
          out: [
            {
              wires: [
                { id: 'x', port: 0 },
                { id: 'y', port: 0 },
              ],
            },
          ],
        },
        start('n'),
        node('n', 'subflow:s', [['end']]),
        node('x', 'function', [[]], { z: 's' }),
        end(),
      ],
    ],
    [
      'a subflow whose input is one of two wires to its output',
      [
        {
          ...subflow('s', 'nobody', 's'),
          out: [
            {
              wires: [
                { id: 's', port: 0 },
                { id: 'y', port: 0 },
              ],
            },
          ],
        },
        start('n'),
        node('n', 'subflow:s', [['end']]),
        end(),
      ],
    ],
    [
      'what stands behind a subflow in a subflow in a subflow',
      [
        ...[subflow('s', 'm', 'gone'), subflow('t', 'k', 'k'), subflow('u', 'x', 'x')],
        start('n'),
        node('n', 'subflow:s', [[]]),
        node('m', 'subflow:t', [['end']], { z: 's' }),
        node('k', 'subflow:u', [[]], { z: 't' }),
        node('x', 'function', [[]], { z: 'u' }),
        end({ z: 's' }),
      ],
    ],
    [
      'a link out of one subflow into another, which is left by any of its instances',
      [
        ...[subflow('s', 'o', 'gone'), subflow('t', 'gone', 'i')],
        start('n'),
        node('n', 'subflow:s', [[]]),
        node('o', 'link out', [], { z: 's', mode: 'link', links: ['i'] }),
        node('i', 'link in', [[]], { z: 't' }),
        node('other', 'subflow:t', [['end']]),
        end(),
      ],
    ],
    [
      'a link call in a link call, neither of which returns',
      [
        start('c'),
        node('c', 'link call', [[]], { links: ['i'] }),
        node('i', 'link in', [['c2']]),
        node('c2', 'link call', [[]], { links: ['i2'] }),
        node('i2', 'link in', [['end']]),
        end(),
      ],
    ],
    [
      'the second of three link calls in each other, to which the third returns',
      [
        start('c1'),
        node('c1', 'link call', [[]], { links: ['i1'] }),
        node('c2', 'link call', [['end']], { links: ['i2'] }),
        node('c3', 'link call', [['o']], { links: ['i3'] }),
        node('i1', 'link in', [['c2']]),
        node('i2', 'link in', [['c3']]),
        node('i3', 'link in', [['o']]),
        node('o', 'link out', [], { mode: 'return' }),
        end(),
      ],
    ],
    ['the sixth of link calls in each other, as if it returned at once', linkCalls(6)],
    ['two thousand and one nodes, of which no more are looked at', line(2001)],
  ];
  for (const [way, nodes] of ways) it(`leads over ${way}`, () => reaches(nodes).should.be.true());

  const deadEnds: [string, FlowNode[]][] = [
    ['nothing is wired', [start(), end()]],
    ['the flow ends elsewhere', [start('d'), node('d', 'debug'), end()]],
    [
      'only another output is wired',
      [node('in', 'sipgate-webhook-in', [[], ['end'], ['end'], ['end']]), end()],
    ],
    ['the response is disabled', [start('end'), end({ d: true })]],
    ['a node on the way is disabled', [start('f'), node('f', 'function', [['end']], { d: true }), end()]],
    [
      'the flow behind a link is disabled',
      [
        start('o'),
        node('o', 'link out', [], { mode: 'link', links: ['i'] }),
        { id: 'tab2', type: 'tab', disabled: true },
        node('i', 'link in', [['end']], { z: 'tab2' }),
        end({ z: 'tab2' }),
      ],
    ],
    ['the wire leads to a node that is gone', [start('gone'), end()]],
    [
      'the response stands behind a Catch node only',
      [start('f'), node('f', 'function', [[]]), node('c', 'catch', [['end']]), end()],
    ],
    [
      'the return goes to another caller',
      [
        start('c'),
        node('c', 'link call', [[]], { links: ['i'] }),
        node('other', 'link call', [['end']], { links: ['i'] }),
        node('i', 'link in', [['o']]),
        node('o', 'link out', [], { mode: 'return' }),
        end(),
      ],
    ],
    [
      'nobody returns from a link call',
      [
        start('c'),
        node('c', 'link call', [['end']], { links: ['i'] }),
        node('i', 'link in', [['d']]),
        node('d', 'debug'),
        end(),
      ],
    ],
    [
      'there is nobody to return to',
      [start('o'), node('o', 'link out', [], { mode: 'return' }), node('c', 'link call', [['end']]), end()],
    ],
    [
      'the subflow is left by another instance',
      [
        subflow('s', 'x', 'x'),
        start('n'),
        node('n', 'subflow:s', [[]]),
        node('other', 'subflow:s', [['end']]),
        node('x', 'function', [[]], { z: 's' }),
        end(),
      ],
    ],
    [
      'the subflow’s output is fed by another node',
      [
        subflow('s', 'x', 'y'),
        start('n'),
        node('n', 'subflow:s', [['end']]),
        node('x', 'function', [[]], { z: 's' }),
        node('y', 'inject', [[]], { z: 's' }),
        end(),
      ],
    ],
    [
      'the subflow is disabled',
      [
        subflow('s', 'x', 'x'),
        start('n'),
        node('n', 'subflow:s', [['end']], { d: true }),
        node('x', 'function', [[]], { z: 's' }),
        end(),
      ],
    ],
  ];
  for (const [why, nodes] of deadEnds.concat(moreDeadEnds))
    it(`does not lead on where ${why}`, () => reaches(nodes).should.be.false());

  it('out of a subflow is that of the instance', () => {
    const flows = map([
      { id: 's', type: 'subflow', in: [], out: [{ wires: [{ id: 'in', port: 0 }] }] },
      { ...start(), z: 's' },
      node('one', 'subflow:s', [['end']]),
      node('two', 'subflow:s', [[]]),
      end(),
    ]);
    const leadsOutOf = (around?: string) => flows.reach('in', 0, around).isReached;
    ['one', 'two', 'unknown', 'tab', undefined]
      .map(leadsOutOf)
      .should.deepEqual([true, false, true, true, true]);
  });

  it('is found in a thicket of link calls, where going each way takes longer than any test', () => {
    const many = Array.from({ length: 60 }, (_, index) => index);
    const nodes = many.flatMap((index) => [
      node(`c${index}`, 'link call', [many.map((next) => `c${next}`)], { linkType: 'dynamic' }),
      node(`i${index}`, 'link in', [[...many.map((next) => `c${next}`), 'o']]),
    ]);
    const { nodes: passed, isReached } = map([
      start('c0'),
      ...nodes,
      node('o', 'link out', [], { mode: 'return' }),
      end(),
    ]).reach('in', 0);
    isReached.should.be.true();
    // each way through them is a place of its own; without a bound there would be 60 to the power of 5
    passed.size.should.be.below(125);
  });

  for (const order of [
    ['one', 'two'],
    ['two', 'one'],
  ]) {
    it(`is that of each instance of a subflow, of ${order.join(' before ')}`, () => {
      const nodes = [subflow('s', 'x', 'x'), node('x', 'function', [[]], { z: 's' }), end()];
      reaches([
        ...nodes,
        start(...order),
        node('one', 'subflow:s', [[]]),
        node('two', 'subflow:s', [['end']]),
      ]).should.be.true();
    });

    it(`is that of each link call, of ${order.join(' before ')}`, () => {
      const nodes = [node('i', 'link in', [['o']]), node('o', 'link out', [], { mode: 'return' }), end()];
      reaches([
        ...nodes,
        start(...order),
        node('one', 'link call', [[]], { links: ['i'] }),
        node('two', 'link call', [['end']], { links: ['i'] }),
      ]).should.be.true();
    });

    it(`is not taken for another one with ids that look alike, of ${order.join(' before ')}`, () => {
      const ids = order.map((name) => (name === 'one' ? 'ya' : 'a'));
      const nodes = [subflow('s', 'x', 'gone'), subflow('t', 'xy', 'xy')];
      const inside = [node('x', 'debug', [], { z: 's' }), node('xy', 'function', [[]], { z: 't' })];
      const instances = [node('ya', 'subflow:s', [[]]), node('a', 'subflow:t', [['end']])];
      reaches([...nodes, ...inside, ...instances, start(...ids), end()]).should.be.true();
    });
  }

  it('names the nodes on it, for a deploy that stops some of them', () => {
    const nodes = [start('f'), node('f', 'function', [['end']]), end(), node('x', 'debug')];
    [...map(nodes).reach('in', 0).nodes].sort().should.deepEqual(['end', 'f']);
  });

  it('leads into a subflow that is packaged as a module, when a response is in there', () => {
    const nodes = [tab, start('menu'), node('menu', 'sipgate-menu')];
    mapFlows(nodes, RESPONSE, (id) => id === 'menu')
      .reach('in', 0)
      .isReached.should.be.true();
    mapFlows(nodes, RESPONSE, () => false)
      .reach('in', 0)
      .isReached.should.be.false();
  });

  it('out of a node inside such a module is unknown, so there may be one', () =>
    map([]).reach('inside', 0).isReached.should.be.true());

  it('is looked for once', () => {
    const asked: string[] = [];
    const flows = mapFlows([tab, start('menu'), node('menu', 'sipgate-menu')], RESPONSE, (id) => {
      asked.push(id);
      return false;
    });
    flows.reach('in', 0).should.equal(flows.reach('in', 0));
    asked.should.deepEqual(['menu']);
    flows.reach('in', 1).nodes.size.should.equal(0);
  });

  it('leads over the links that a Function calls', () => {
    const calls = { func: 'msg = await node.linkcall("menu", msg); return msg;' };
    const called = [node('i', 'link in', [['end']]), end()];
    reaches([start('f'), node('f', 'function', [[]], calls), ...called]).should.be.true();
    reaches([start('f'), node('f', 'function', [[]], { func: 'return msg;' }), ...called]).should.be.false();
  });
});
