/*
 * How people and programs call the columns of an address book: Outlook, Google, Thunderbird, FRITZ!Box, 3CX and
 * spreadsheets in English, German, French, Spanish, Italian and Dutch. All in small letters and without accents.
 */

function wordSet(...lists: string[]): ReadonlySet<string> {
  return new Set(lists.join(' ').split(/\s+/));
}

/** Whole names of a column, without blanks and digits. */
export const FIRST_NAME = wordSet(
  'firstname givenname given forename',
  'vorname rufname',
  'prenom nomdebapteme',
  'primernombre nombredepila',
  'primonome nomeproprio',
  'voornaam roepnaam',
);

export const LAST_NAME = wordSet(
  'lastname familyname family surname',
  'nachname familienname zuname',
  'nomdefamille nomfamille',
  'apellido apellidos primerapellido',
  'cognome',
  'achternaam familienaam',
);

/** The family name beside a first name, otherwise the whole name. */
export const FAMILY_OR_WHOLE_NAME = wordSet('name nom naam');
/** The first name beside a family name, otherwise the whole name. */
export const GIVEN_OR_WHOLE_NAME = wordSet('nombre nome');

export const WHOLE_NAME = wordSet(
  'displayname fullname completename formattedname fileas contactname contact contactperson person member fn',
  'anzeigename vollstandigername vollstaendigername vollername gesamtname kontakt kontaktname kontaktperson',
  'ansprechpartner mitglied teilnehmer namevorname vornamename vorundnachname',
  'nomcomplet nomaffiche nometprenom nomprenom prenomnom nomducontact',
  'nombrecompleto nombreparamostrar nombremostrado nombreyapellidos contacto',
  'nomecompleto nomevisualizzato nomecognome nomeecognome contatto',
  'volledigenaam weergavenaam weergegevennaam contactpersoon',
);

export const NICKNAME = wordSet('nickname alias spitzname surnom apodo alias soprannome bijnaam');

export const COMPANY = wordSet(
  'company companyname organization organisation organizationname organisationname employer customer customername client',
  'firma firmenname unternehmen unternehmensname betrieb arbeitgeber kunde kundenname',
  'societe nomdesociete entreprise raisonsociale',
  'empresa nombredeempresa compania organizacion',
  'azienda societa ditta ragionesociale organizzazione',
  'bedrijf bedrijfsnaam organisatie klant klantnaam',
);

/** One word of a column that holds telephone numbers. */
const PHONE_WORDS = wordSet(
  'phone phones telephone telephones tel telno telnum cell cellphone cellular mobile landline handset smartphone ipphone',
  'telefon fon handy mob mobil mobilfunk festnetz rufnummer rufnr telnr telefonnr telefonnummer mobilfunknummer',
  'portable fixe gsm natel',
  'telefono telefonos movil moviles celular fijo radiotelefono',
  'cellulare cellulari fisso',
  'telefoon mobiel mobiele mobieltje vast vaste telefoonnummer telefoonnr',
);
/** The same written in one: `homephone`, `Mobiltelefonnummer`, `hoofdtelefoon`, `Telefonprivat`. */
const PHONE_COMPOUND = new RegExp(
  '^(?:' +
    '(?:home|business|work|mobile|cell|primary|other|companymain|company|main|car|office|private|contact|radio|' +
    'mobil|auto|haupt|weiteres|festnetz|privat|dienst|geschafts|firmen|buro|zweit|handy|hoofd)?' +
    '(?:telephone|telefone|telefoon|telefono|telefon|phone|handy|mobil|mobile|mobiel|tel|cell)' +
    '(?:nummer|number|numero|nr|no|num)?' +
    '(?:geschaftlich|dienstlich|privat|firma|mobil|festnetz|arbeit|buro|zentrale|home|work|business|office|mobile)?|' +
    '(?:haupt|privat|dienst|mobil|festnetz|handy)?ruf(?:nummer|nr)|contact(?:number|no|nr)' +
    ')$',
);

/** Numbers at which the person does not answer. */
const OTHER_DEVICE_WORDS = wordSet(
  'pager beeper telex tty tdd isdn teletype texttelephone assistant assistants secretary',
  'schreibtelefon texttelefon horbehinderte hoerbehinderte assistent assistenten assistenz sekretariat',
  'telecopie telecopieur facsimile bip pageur radiomessagerie rnis teletexte assistante',
  'localizador buscapersonas rdsi teletipo asistente ayudante',
  'cercapersone assistente segretaria',
  'semafoon teksttelefoon assistente secretaresse',
);

/** What is said of a number and is not the number. */
const ABOUT_WORDS = wordSet(
  'type label yomi extension ext country code area prefix provider carrier model plan contract date hours verified',
  'consent optin optout mail email id note notes comment imei pin puk status language count',
  'typ art etikett bezeichnung durchwahl vorwahl landesvorwahl anbieter modell tarif vertrag datum zeiten notiz',
  'libelle etiquette indicatif poste courriel messagerie fournisseur',
  'tipo etiqueta extension prefijo correo operador',
  'etichetta prefisso interno gestore posta',
  'soort toestel netnummer landnummer',
);
/** Of these, the ones that name the kind of a number: `Phone 1 - Type`. */
const KIND_WORDS = wordSet(
  'type label typ art etikett bezeichnung libelle etiquette tipo etiqueta etichetta soort',
);
/** The column of the number itself, where another one names its kind: `Phone 1 - Value`. */
const VALUE_WORDS = wordSet('value wert valeur valor valore waarde number nummer numero');

/** Where a number is; a column called only so mostly holds one. */
const PLACE_WORDS = wordSet(
  'home business work office other main primary private personal callback direct switchboard',
  'privat priv geschaftlich geschaeftlich gesch dienstlich beruflich arbeit buro buero zuhause zentrale weitere sonstige',
  'ruckmeldung rueckmeldung haupt',
  'bureau domicile travail autre principal maison rappel professionnel',
  'casa trabajo particular oficina otro principal centralita organizacion devolucion',
  'ufficio uff abitazione ab lavoro altro principale richiamata',
  'thuis werk prive kantoor andere overig terugbellen hoofd',
);
const FILLER_WORDS = wordSet('de del della di da du d l la le van op of the s e am im zu automatica llamada');
/** A running number or that of a customer, as likely as a phone number. */
const NUMBER_WORDS = wordSet('number nr no num nummer numero n');

/** What a column can be asked for; `undefined` where it holds no number. */
export type NumberColumn =
  /** Says that it holds telephone numbers. */
  | 'phone'
  /** Only says where: `Home`. */
  | 'place'
  /** `Nr.`, `Nummer` */
  | 'anyNumber'
  /** A fax, a pager, an assistant. */
  | 'otherDevice';

/**
 * @param words of a column's name, see `wordsOf`
 * @returns whether and how surely the column holds phone numbers
 */
export function numberColumn(words: readonly string[]): NumberColumn | undefined {
  if (words.some((word) => ABOUT_WORDS.has(word))) return undefined;
  if (words.some(isOtherDevice)) return 'otherDevice';
  if (words.some(isPhoneWord) || isPhoneName(words)) return 'phone';
  const isNumber = (word: string): boolean => NUMBER_WORDS.has(word);
  const rest = words.filter((word) => !/^\d+$/.test(word) && !FILLER_WORDS.has(word));
  if (rest.length === 0) return undefined;
  if (rest.every(isNumber)) return 'anyNumber';
  return rest.every((word) => PLACE_WORDS.has(word) || isNumber(word)) ? 'place' : undefined;
}

function isPhoneWord(word: string): boolean {
  return PHONE_WORDS.has(word) || PHONE_COMPOUND.test(word);
}

/** `Contact Number`, `Ruf-Nr.` */
function isPhoneName(words: readonly string[]): boolean {
  return words.length === 2 && /^(?:contact|ruf|call)$/.test(words[0]!) && NUMBER_WORDS.has(words[1]!);
}

/** @returns whether a word names a fax, a pager or the like, also in one with others: `Faxnummer` */
function isOtherDevice(word: string): boolean {
  return word.includes('fax') || OTHER_DEVICE_WORDS.has(word);
}

/** @returns whether a text such as `Work Fax` names a fax, a pager or the like */
export function namesOtherDevice(text: string): boolean {
  return wordsOf(text).some(isOtherDevice);
}

/** @returns the words of `Phone 1 - Type` but the last, where the column names the kind of a number */
export function describedColumn(words: readonly string[]): string | undefined {
  return words.some((word) => KIND_WORDS.has(word)) ? withoutWords(words, KIND_WORDS) : undefined;
}

/** @returns the words of `Phone 1 - Value` but the last, as `describedColumn` gives them of its neighbour */
export function describableColumn(words: readonly string[]): string {
  return withoutWords(words, VALUE_WORDS);
}

function withoutWords(words: readonly string[], left: ReadonlySet<string>): string {
  return words.filter((word) => !left.has(word)).join(' ');
}

/** Characters of a column's name that are looked at. */
const MOST_NAME_CHARACTERS = 100;

/**
 * @returns the words of a column's name in small letters, without accents: `Téléphone 2 (bureau)`, `HomePhone2` and
 *   `home_phone-2` have three each
 */
export function wordsOf(column: string): string[] {
  const plain = column
    .slice(0, MOST_NAME_CHARACTERS)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})/gu, ' ')
    .toLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/** @returns the words in one, without digits: `Organization 1 - Name` is `organizationname` */
export function nameOfColumn(words: readonly string[]): string {
  return words.filter((word) => !/^\d+$/.test(word)).join('');
}
