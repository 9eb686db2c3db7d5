import should from 'should';
import { parseRanges } from '../../sipgate/index';
import { clientAddress } from '../../sipgate/address';

const proxies = parseRanges('10.0.0.0/8, 2001:db8::/32, 192.0.2.1', 'trustProxy');
const nobody = parseRanges('', 'trustProxy');

describe('addresses', () => {
  for (const [ranges, inside, outside] of [
    ['217.116.118.254', '217.116.118.254', '217.116.118.253'],
    ['217.116.118.254,212.9.46.32', '212.9.46.32', '212.9.46.33'],
    [' 10.0.0.0/8 , ', '10.255.0.1', '11.0.0.1'],
    ['2001:db8::/32', '2001:db8:1::1', '2001:db9::1'],
    ['::1', '::1', '127.0.0.1'],
    ['0.0.0.0/0', '1.2.3.4', '2001:db8::1'],
    ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2.8'],
  ] as const) {
    it(`${ranges} holds ${inside} and not ${outside}`, () => {
      const parsed = parseRanges(ranges, 'allowedIps');
      parsed.isEmpty.should.be.false();
      parsed.has(inside).should.be.true();
      parsed.has(outside).should.be.false();
    });
  }

  it('may be none', () => {
    nobody.isEmpty.should.be.true();
    parseRanges(' , ', 'allowedIps').isEmpty.should.be.true();
  });

  for (const wrong of [
    'localhost',
    '10.0.0.0/33',
    '::1/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/x',
    '10.0.0.0/1e1',
    '10.0.0.0/ 8',
    'x::ffff:192.0.2.1',
    '::ffff:192.0.2.1x',
    '10.0.0',
    '1.2.3.4 5.6.7.8',
  ]) {
    it(`${wrong} is no address and no range`, () =>
      should(() => parseRanges(wrong, 'allowedIps')).throw(
        `\`allowedIps\` must hold IP addresses or CIDR ranges, got "${wrong}". ` +
          'Write them as numbers, separated by commas: 217.116.118.254, 10.0.0.0/8; for this machine 127.0.0.1, ::1.',
        { code: 'INVALID_INPUT' },
      ));
  }

  for (const [what, remote, forwarded, client] of [
    ['the socket counts when it is no proxy', '198.51.100.1', '217.116.118.254', '198.51.100.1'],
    ['a proxy’s word counts', '10.0.0.1', '217.116.118.254', '217.116.118.254'],
    [
      'a chain is read from its near end',
      '10.0.0.1',
      '6.6.6.6, 217.116.118.254, 10.0.0.2',
      '217.116.118.254',
    ],
    ['what a stranger has put in front does not count', '10.0.0.1', '217.116.118.254, 6.6.6.6', '6.6.6.6'],
    ['all are proxies: the farthest', '10.0.0.1', '10.0.0.2,10.0.0.3', '10.0.0.2'],
    ['a proxy that says nothing', '10.0.0.1', '', '10.0.0.1'],
    ['IPv4 in the shape of IPv6', '::ffff:10.0.0.1', '::ffff:217.116.118.254', '217.116.118.254'],
    ['IPv4 in hexadecimal IPv6', '::ffff:a00:1', '217.116.118.254', '217.116.118.254'],
    ['IPv6', '2001:db8::5', '2a00::1', '2a00::1'],
    ['rubbish from a stranger does not matter', '198.51.100.1', '<x>', '198.51.100.1'],
    ['rubbish from a proxy', '10.0.0.1', 'unknown', undefined],
    ['an address with a port', '10.0.0.1', '217.116.118.254:4711', '217.116.118.254'],
    ['an address in brackets', '10.0.0.1', '[2001:db9::7]', '2001:db9::7'],
    ['an address in brackets with a port', '10.0.0.1', '[2001:db9::7]:443', '2001:db9::7'],
    ['an address in quotes', '10.0.0.1', '"[2001:db9::7]:443"', '2001:db9::7'],
    ['a quoted IPv4 address', '10.0.0.1', '"203.0.113.7"', '203.0.113.7'],
    ['one quotation mark', '10.0.0.1', '"', undefined],
    ['a quotation mark in front only', '10.0.0.1', '"203.0.113.7', undefined],
    ['a quotation mark behind only', '10.0.0.1', '203.0.113.7"', undefined],
    ['something before the quotation marks', '10.0.0.1', 'x"203.0.113.7"', undefined],
    ['something after the quotation marks', '10.0.0.1', '"203.0.113.7"x', undefined],
    ['something before brackets', '10.0.0.1', 'x[2001:db9::7]', undefined],
    ['something after brackets', '10.0.0.1', '[2001:db9::7]x', undefined],
    ['something before an address with a port', '10.0.0.1', 'x203.0.113.7:80', undefined],
    ['something after a port', '10.0.0.1', '203.0.113.7:80x', undefined],
    ['something before IPv4 in the shape of IPv6', '10.0.0.1', 'x::ffff:203.0.113.7', undefined],
    ['something after IPv4 in the shape of IPv6', '10.0.0.1', '::ffff:203.0.113.7x', undefined],
    ['brackets around nothing', '10.0.0.1', '[]:443', undefined],
    ['a port that is none', '10.0.0.1', '203.0.113.7:port', undefined],
    ['rubbish behind a good one', '10.0.0.1', '217.116.118.254, x', undefined],
    ['rubbish in front of a good one', '10.0.0.1', 'x, 217.116.118.254', '217.116.118.254'],
    ['an empty hop', '10.0.0.1', '217.116.118.254,', undefined],
    ['a socket that is gone', '', '217.116.118.254', undefined],
    ['a zone', '10.0.0.1', 'fe80::1%eth0', 'fe80::1%eth0'],
  ] as const) {
    it(`of a sender: ${what}`, () => should(clientAddress(remote, forwarded, proxies)).equal(client));
  }

  it('of a sender with no trusted proxy is the socket’s', () => {
    should(clientAddress('10.0.0.1', '217.116.118.254', nobody)).equal('10.0.0.1');
    should(clientAddress('::ffff:10.0.0.1', '217.116.118.254', nobody)).equal('10.0.0.1');
  });
});
