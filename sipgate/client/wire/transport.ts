import http from 'node:http';
import https from 'node:https';
import { proxyFor, type ProxyOptions, type ProxyServer } from './proxy';
import { sendOnce, type AgentPair } from './send';
import { createTunnelAgent } from './tunnel';
import type { WireRequest, WireResult } from './types';

/** Sends requests, each once. */
export interface Transport {
  send(request: WireRequest): Promise<WireResult>;
  /** Ends idle and open connections. Sending again is possible and opens new ones. */
  destroy(): void;
}

/**
 * What one of several addresses of a host gets before the next one is tried. Node.js gives 250 ms: on a slow line, where
 * a handshake takes longer, IPv4 was given up each time for an IPv6 that is not there. The price: where IPv6 is there
 * but leads nowhere, a new connection takes so much longer.
 */
export const ADDRESS_TIMEOUT_MS = 2000;

/** @param proxy beats the environment variables `http_proxy`, `https_proxy` and `no_proxy` */
export function createTransport(proxy: ProxyOptions | undefined): Transport {
  const direct = createAgents(undefined);
  const tunnels = new Map<string, Agents>();
  const agentsFor = (server: ProxyServer | undefined): Agents => {
    if (server === undefined) return direct;
    const key = JSON.stringify(server);
    const agents = tunnels.get(key) ?? createAgents(server);
    tunnels.set(key, agents);
    return agents;
  };
  return {
    send: async (request) => {
      const server = proxyFor(new URL(request.url), proxy);
      const { kept, fresh } = agentsFor(server);
      return sendOnce(request, request.mayReuseConnection ? kept : fresh, server);
    },
    destroy: () => [direct, ...tunnels.values()].forEach(destroyAgents),
  };
}

interface Agents {
  readonly kept: AgentPair;
  readonly fresh: AgentPair;
}

function createAgents(proxy: ProxyServer | undefined): Agents {
  const pair = (keepAlive: boolean): AgentPair => {
    const options = { keepAlive, autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS };
    return {
      http: new http.Agent(options),
      https: proxy ? createTunnelAgent(proxy, options) : new https.Agent(options),
    };
  };
  return { kept: pair(true), fresh: pair(false) };
}

function destroyAgents({ kept, fresh }: Agents): void {
  [kept.http, kept.https, fresh.http, fresh.https].forEach((agent) => agent.destroy());
}
