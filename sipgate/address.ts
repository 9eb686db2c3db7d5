import { BlockList, isIP } from 'node:net';
import { describe, invalidInput } from './errors';

/** Addresses and ranges; `isEmpty` when none was given. */
export interface AddressRanges {
  readonly isEmpty: boolean;
  /** @returns whether it is among them; `false` for a text that is no address */
  has(address: string): boolean;
}

/**
 * @param text comma-separated addresses or CIDR ranges: `10.0.0.0/8, 2001:db8::1`
 * @param field names the input in the error
 * @throws SipgateError `INVALID_INPUT` for an entry that is neither
 */
export function parseRanges(text: string, field: string): AddressRanges {
  const list = new BlockList();
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  for (const entry of entries) addRange(list, entry, field);
  return {
    isEmpty: entries.length === 0,
    has: (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'),
  };
}

function addRange(list: BlockList, entry: string, field: string): void {
  const [address, prefix, ...more] = entry.split('/') as [string, ...string[]];
  const plain = plainAddress(address);
  const family = isIP(plain);
  const longest = family === 6 ? 128 : 32;
  const bits = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  if (family === 0 || more.length > 0 || !(bits <= longest)) {
    throw invalidInput(
      field,
      `must hold IP addresses or CIDR ranges, got ${describe(entry)}`,
      'Write them as numbers, separated by commas: 217.116.118.254, 10.0.0.0/8; for this machine 127.0.0.1, ::1.',
    );
  }
  list.addSubnet(plain, bits, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Who sent a request: the nearest address that is no trusted proxy.
 * @param remote the socket's address
 * @param forwardedFor `X-Forwarded-For`, nearest proxy last
 * @param trusted the proxies whose word counts
 * @returns the address, or `undefined` when a trusted proxy passed on something that is none
 */
export function clientAddress(
  remote: string,
  forwardedFor: string,
  trusted: AddressRanges,
): string | undefined {
  const hops = forwardedFor === '' ? [] : forwardedFor.split(',').map(hopAddress);
  let nearest = plainAddress(remote);
  while (trusted.has(nearest)) {
    const hop = hops.pop();
    if (hop === undefined) return nearest;
    nearest = plainAddress(hop);
  }
  return isIP(nearest) === 0 ? undefined : nearest;
}

/** Proxies write `192.0.2.7:51008`, `[2001:db8::7]`, `"[2001:db8::7]:443"` (RFC 7239, Azure's gateways). */
function hopAddress(hop: string): string {
  const text = hop.trim();
  const bare = /^"(.*)"$/.exec(text)?.[1] ?? text;
  const bracketed = /^\[([0-9a-f:.]{2,45})\](?::\d{1,5})?$/i.exec(bare);
  const withPort = /^([\d.]{7,15}):\d{1,5}$/.exec(bare);
  return bracketed?.[1] ?? withPort?.[1] ?? bare;
}

/** A socket that listens on both families says `::ffff:192.0.2.1` for an IPv4 peer. */
function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address);
  return mapped?.[1] ?? address;
}
