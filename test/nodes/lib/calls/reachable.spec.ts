import { mapFlows, type FlowNode } from '../../../../nodes/lib/calls/reachable';
import { end, map, node, reaches, RESPONSE, start, subflow, tab } from './ways';

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
  for (const [why, nodes] of deadEnds)
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
