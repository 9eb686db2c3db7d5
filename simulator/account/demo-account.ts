import { randomBytes } from 'node:crypto';
import type { SimulatedAccount } from './account';
import type { SimulatedContact } from './contact';
import type { SimulatedCredentials } from './credentials';
import type { HistoryStore } from './history';

const MINUTE_MS = 60_000;
/** In the style of sipgate's ids, and above those of sent faxes. */
const FIRST_HISTORY_ID = 200_000_001;

/**
 * @returns a new demo account: two users with their devices, lines and numbers, credit, two contacts, and no webhook.
 *   Its numbers lie in the ranges that Germany keeps free for films, so that nobody is called when somebody tries them
 *   on the real platform.
 */
export function createAccount(): SimulatedAccount {
  return {
    platform: 'classic',
    settings: { incomingUrl: '', outgoingUrl: '', log: false, whitelist: null, pushApiVersion: 1 },
    webhookLog: [],
    masterSipId: '1234567',
    company: 'Beispiel & Söhne',
    ...extensions(),
    balance: { amount: 10_000_000, currency: 'EUR' },
    prices: { smsPart: 790, fax: 179, call: 179 },
    sentSms: [],
    faxes: [],
    faxNetwork: { graceMs: 1500, pendingMs: 2000, sendingMs: 3000, unreachable: /9999$/ },
    channels: [{ id: 'a3d4c5b6-0f1e-4d2c-8b3a-495867706152', alias: 'Zentrale' }],
    history: history(),
    contacts: contacts(),
    contactsPageLimit: 5000,
    deletedAllContacts: 0,
    credentials: credentials(),
    faults: [],
    requests: [],
  };
}

function extensions() {
  return { ...people(), ...lines(), faxlines: faxlines(), numbers: numbers() };
}

function people(): Pick<SimulatedAccount, 'users' | 'devices' | 'groups'> {
  return {
    users: [
      {
        id: 'w0',
        firstname: 'Ada',
        lastname: 'Beispiel',
        email: 'ada@example.org',
        defaultDevice: 'e0',
        admin: true,
      },
      {
        id: 'w1',
        firstname: 'Jörg',
        lastname: 'Müller',
        email: 'joerg@example.org',
        defaultDevice: 'e1',
        admin: false,
      },
    ],
    devices: [
      { id: 'e0', alias: 'Telefon am Empfang', userId: 'w0', type: 'REGISTER', online: true, dnd: false },
      { id: 'y0', alias: 'Handy von Ada', userId: 'w0', type: 'MOBILE', online: true, dnd: false },
      { id: 'e1', alias: 'Telefon im Lager', userId: 'w1', type: 'REGISTER', online: true, dnd: false },
      { id: 'x0', alias: 'Jörg zu Hause', userId: 'w1', type: 'EXTERNAL', online: false, dnd: false },
      { id: 'e7', alias: 'App von Ada', userId: 'w0', type: 'APP', online: true, dnd: false },
    ],
    groups: [{ id: 'g0', alias: 'Büro', userIds: ['w0', 'w1'] }],
  };
}

function lines(): Pick<SimulatedAccount, 'phonelines' | 'smsExtensions' | 'voicemails'> {
  return {
    phonelines: [
      { id: 'p0', alias: 'Anschluss von Ada', userId: 'w0' },
      { id: 'p1', alias: 'Anschluss von Jörg', userId: 'w1' },
    ],
    smsExtensions: [
      {
        id: 's0',
        alias: 'SMS von Ada',
        userId: 'w0',
        callerIds: [
          { id: 94710, phonenumber: '+4917139200010', verified: true, defaultNumber: true },
          { id: 94711, phonenumber: '+4917139200011', verified: true, defaultNumber: false },
          { id: 94712, phonenumber: '+4917139200012', verified: false, defaultNumber: false },
        ],
      },
      { id: 's1', alias: 'SMS von Jörg', userId: 'w1', callerIds: [] },
    ],
    voicemails: [
      { id: 'v0', alias: 'Mailbox von Ada', endpoint: { extension: 'p0', type: 'PHONELINE' } },
      { id: 'v1', alias: 'Mailbox im Büro', endpoint: { extension: 'g0', type: 'GROUP' } },
    ],
  };
}

function faxlines(): SimulatedAccount['faxlines'] {
  return [
    {
      id: 'f0',
      alias: 'Fax von Ada',
      owner: { userId: 'w0' },
      tagline: 'Beispiel & Söhne',
      canSend: true,
      canReceive: true,
    },
    {
      id: 'f1',
      alias: 'Fax nur Empfang',
      owner: { userId: 'w0' },
      tagline: '',
      canSend: false,
      canReceive: true,
    },
    {
      id: 'f2',
      alias: 'Fax im Büro',
      owner: { groupId: 'g0' },
      tagline: 'Büro',
      canSend: true,
      canReceive: true,
    },
  ];
}

function numbers(): SimulatedAccount['numbers'] {
  return [
    { id: '8001', number: '+492214710100', localized: '0221 4710100', type: 'LANDLINE', endpointId: 'p0' },
    { id: '8002', number: '+492214710101', localized: '0221 4710101', type: 'LANDLINE', endpointId: 'p1' },
    { id: '8003', number: '+492214710110', localized: '0221 4710110', type: 'LANDLINE', endpointId: 'g0' },
    { id: '8004', number: '+492214710120', localized: '0221 4710120', type: 'LANDLINE', endpointId: 'f0' },
    { id: '8005', number: '+4917139200010', localized: '0171 39200010', type: 'MOBILE', endpointId: 's0' },
    { id: '8006', number: '+492214710199', localized: '0221 4710199', type: 'LANDLINE', endpointId: '' },
  ];
}

function contacts(): SimulatedContact[] {
  const nothing = { picture: null, emails: [], addresses: [], organization: [] };
  return [
    {
      ...nothing,
      id: '3f0a7f52-0b1c-4a55-9d37-5d1f7c1e0a01',
      userId: 'w0',
      scope: 'SHARED',
      name: 'Käthe Groß',
      family: 'Groß',
      given: 'Käthe',
      emails: [{ email: 'kaethe@example.org', type: ['work'] }],
      numbers: [
        { number: '+4989999980123', type: ['work'] },
        { number: '+4917139200077', type: ['cell'] },
      ],
      organization: [['Groß GmbH', 'Einkauf']],
    },
    {
      ...nothing,
      id: '3f0a7f52-0b1c-4a55-9d37-5d1f7c1e0a02',
      userId: 'w0',
      scope: 'PRIVATE',
      name: 'Emil Klein',
      family: 'Klein',
      given: 'Emil',
      numbers: [{ number: '+493023125042', type: ['home'] }],
    },
  ];
}

function history(): HistoryStore {
  return {
    entries: [],
    marks: new Map(),
    deletedIds: new Set(),
    deletedAll: 0,
    linkSecret: randomBytes(32),
    nextId: FIRST_HISTORY_ID,
  };
}

function credentials(): SimulatedCredentials {
  return {
    tokens: [
      { id: 'token-DEMO01', token: '3d5a1c62-7c0e-4f1b-9a58-0d2c4b6e8f10', userId: 'w0', scopes: ['all'] },
    ],
    passwords: [{ username: 'ada@example.org', password: 'demo', userId: 'w0' }],
    oauth: {
      realm: 'sipgate-apps',
      clients: [{ id: 'demo-client', secret: 'b2f6d0a4-58c1-4e3a-8f7d-91a3c5e7b900' }],
      sessions: [
        {
          userId: 'w0',
          clientId: 'demo-client',
          scopes: ['all'],
          accessToken: 'demo-access-token',
          accessExpiresAt: Date.now() + 5 * MINUTE_MS,
          refreshToken: 'demo-refresh-token',
          refreshExpiresAt: Date.now() + 30 * 24 * 60 * MINUTE_MS,
        },
      ],
      accessTokenLifeMs: 5 * MINUTE_MS,
      refreshTokenLifeMs: 30 * 24 * 60 * MINUTE_MS,
      refreshes: 0,
    },
  };
}
