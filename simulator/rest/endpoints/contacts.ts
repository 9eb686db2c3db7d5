import { randomUUID } from 'node:crypto';
import type { SimulatedAccount } from '../../account/account';
import type { SimulatedContact } from '../../account/contact';
import type { SimulatedUser } from '../../account/extensions';
import type { RestAnswer } from '../types';
import { done, items, json, refuse } from '../answers';
import { readContact } from './contact-body';
import type { Context, Route } from '../context';
import { readImport } from './contact-import';
import { paging } from '../paging';

/** The address book. */
export const contactRoutes: readonly Route[] = [
  { method: 'GET', path: '/contacts', scopes: ['contacts:read'], handler: list },
  { method: 'POST', path: '/contacts', scopes: ['contacts:write'], handler: create },
  { method: 'DELETE', path: '/contacts', scopes: ['contacts:write'], handler: removeAll },
  { method: 'GET', path: '/contacts/internal', scopes: ['contacts:read'], handler: listInternal },
  { method: 'POST', path: '/contacts/import/csv', scopes: ['contacts:write'], handler: importCsv },
  { method: 'PUT', path: '/contacts/{contactId}', scopes: ['contacts:write'], handler: replace },
  { method: 'DELETE', path: '/contacts/{contactId}', scopes: ['contacts:write'], handler: remove },
];

/** A contact as it is given back: `family` and `given` are not, so a careless PUT loses them. */
type VisibleContact = Omit<SimulatedContact, 'userId' | 'family' | 'given' | 'scope'> & {
  scope: 'PRIVATE' | 'SHARED' | 'INTERNAL';
};

/** One page of them; with numbers to look for, all that match, whatever the page. */
function list({ account, user, query }: Context): RestAnswer {
  const limit = Math.min(paging(query, 'limit', 5000), account.contactsPageLimit);
  const offset = paging(query, 'offset', 0);
  const all = visibleTo(account, user);
  const wanted = query.getAll('phonenumbers').map(digits);
  if (wanted.length > 0) {
    const matching = all.filter(({ numbers }) =>
      numbers.some(({ number }) => wanted.includes(digits(number))),
    );
    return json({ items: matching.map(describeContact), totalCount: matching.length });
  }
  const page = all.slice(offset, offset + limit);
  return json({ items: page.map(describeContact), totalCount: all.length });
}

function visibleTo(
  account: SimulatedAccount,
  user: SimulatedUser,
): readonly (SimulatedContact | VisibleContact)[] {
  const own = account.contacts.filter((contact) => mayTouch(user, contact));
  return [...own, ...account.users.map((each) => internalContact(account, each))];
}

function describeContact(contact: SimulatedContact | VisibleContact): VisibleContact {
  const { id, name, picture, emails, numbers, addresses, organization, scope } = contact;
  return { id, name, picture, emails, numbers, addresses, organization, scope };
}

function mayTouch(user: SimulatedUser, contact: SimulatedContact): boolean {
  return contact.scope === 'SHARED' || contact.userId === user.id;
}

function digits(number: string): string {
  return number.replace('+', '');
}

/** The people of the account are in its address book as well. */
function internalContact(account: SimulatedAccount, user: SimulatedUser): VisibleContact {
  return {
    id: internalId(account, user),
    name: `${user.firstname} ${user.lastname}`,
    picture: null,
    emails: [{ email: user.email, type: ['work'] }],
    numbers: numbersOf(account, user).map(({ number }) => ({ number, type: ['work'] })),
    addresses: [],
    organization: [],
    scope: 'INTERNAL',
  };
}

function internalId(account: SimulatedAccount, user: SimulatedUser): string {
  return `internal-${account.masterSipId}${user.id}`;
}

function numbersOf(account: SimulatedAccount, user: SimulatedUser) {
  const extensions = [...account.phonelines, ...account.smsExtensions]
    .filter(({ userId }) => userId === user.id)
    .map(({ id }) => id);
  return account.numbers.filter(({ endpointId }) => extensions.includes(endpointId));
}

/** The same people in a shape of their own: plain texts by kind. */
function listInternal({ account }: Context): RestAnswer {
  return items(
    account.users.map((user) => {
      const ofType = (type: string) =>
        numbersOf(account, user).flatMap((each) => (each.type === type ? [each.number] : []));
      return {
        id: internalId(account, user),
        name: `${user.firstname} ${user.lastname}`,
        emails: [user.email],
        mobile: ofType('MOBILE'),
        landline: ofType('LANDLINE'),
        fax: [],
        directdial: [],
      };
    }),
  );
}

/** The id of the new contact is not told. */
function create({ account, user, body }: Context): RestAnswer {
  account.contacts.push({ id: randomUUID(), userId: user.id, ...readContact(body) });
  return done();
}

/** What the body does not name is lost. */
function replace(context: Context): RestAnswer {
  const old = ownContact(context);
  const { contacts } = context.account;
  contacts[contacts.indexOf(old)] = { id: old.id, userId: old.userId, ...readContact(context.body) };
  return done();
}

function remove(context: Context): RestAnswer {
  const contact = ownContact(context);
  const { contacts } = context.account;
  contacts.splice(contacts.indexOf(contact), 1);
  return done();
}

function ownContact({ account, user, params }: Context): SimulatedContact {
  const { contactId } = params;
  if (account.users.some((each) => internalId(account, each) === contactId)) throw refuse(403);
  const contact = account.contacts.find(({ id }) => id === contactId);
  if (!contact || !mayTouch(user, contact)) throw refuse(404);
  return contact;
}

/** Everything is gone, as the specification says. Counted, so that a test can show that nobody calls it. */
function removeAll({ account }: Context): RestAnswer {
  account.deletedAllContacts += 1;
  account.contacts = [];
  return done();
}

/** All or nothing, added to what is there. In which scope they land is documented nowhere; here it is PRIVATE. */
function importCsv({ account, user, body }: Context): RestAnswer {
  const { base64Content } = body;
  const rows = typeof base64Content === 'string' ? readImport(base64Content) : undefined;
  // The platform's word for a bad file.
  if (!rows) throw refuse(500);
  for (const { firstname, lastname, number } of rows)
    account.contacts.push({
      id: randomUUID(),
      userId: user.id,
      ...readContact({
        scope: 'PRIVATE',
        family: lastname,
        given: firstname,
        numbers: [{ number, type: [] }],
      }),
    });
  return done();
}
