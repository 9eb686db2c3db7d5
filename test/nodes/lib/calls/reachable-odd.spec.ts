import type { FlowNode } from '../../../../nodes/lib/calls/reachable';
import { end, node, reaches, start, subflow } from './ways';

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

describe('the way from a call to its answer, in flows that are odd', () => {
  const ways: [string, FlowNode[]][] = [
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
  for (const [why, nodes] of deadEnds)
    it(`does not lead on where ${why}`, () => reaches(nodes).should.be.false());

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
});
