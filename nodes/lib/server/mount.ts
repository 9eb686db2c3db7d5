import type { NodeAPI } from 'node-red';
import { invalidInput } from '../../../sipgate/index';
import { certificateOf, type Certificate } from './certificate';
import { mountOnNodeRed } from './node-red-server';
import type { Listener, Mount } from './paths';
import { mountOnPort, type PortPlace } from './port-server';

/** Where a webhook listens. */
export type Place =
  | { readonly server: 'node-red'; readonly path: string }
  | ({
      readonly server: 'port';
      /** Id of a `tls-config` node; empty for none. */ readonly tls: string;
    } & PortPlace);

/**
 * Takes a place for a webhook.
 * @throws SipgateError `INVALID_INPUT` when another webhook has it, or when the server cannot be had at all
 */
export function mount(RED: NodeAPI, place: Place, listener: Listener): Mount {
  return place.server === 'node-red'
    ? mountOnNodeRed(RED, place.path, listener)
    : mountOnPort(RED, place, listener, tlsOf(RED, place.tls));
}

function tlsOf(RED: NodeAPI, id: string): Certificate | undefined {
  if (id === '') return undefined;
  const certificate = certificateOf(RED, id);
  if (certificate === undefined)
    throw invalidInput('tls', 'is not there or switched off', RED._('sipgate-webhook.error.tls'));
  if (certificate === 'empty')
    throw invalidInput('tls', 'holds no certificate', RED._('sipgate-webhook.error.tlsCertificate'));
  return certificate;
}
