import { parseContactsCsv } from '../../../../../sipgate/contacts/formats/csv/read';

type Row = Readonly<Record<string, string>>;

/** A file with these columns, in which each row says what stands in some of them. */
function table(header: string, ...rows: Row[]): string {
  const columns = header.split(',');
  const cell = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (row: Row) => {
    for (const name of Object.keys(row)) columns.should.containEql(name);
    return columns.map((column) => cell(row[column] ?? '')).join(',');
  };
  return [columns.join(','), ...rows.map(line)].join('\r\n');
}

async function read(text: string) {
  const { contacts, skipped, warnings } = await parseContactsCsv(text);
  return {
    rows: contacts.map(({ firstname, lastname, number }) => [firstname, lastname, number]),
    skipped,
    warnings: warnings.join('\n'),
  };
}

const ONE = '+49 1579 9912301';
const TWO = '+49 1579 9912302';
const FAX = '+49 1579 9912309';
const E164 = { [ONE]: '+4915799912301', [TWO]: '+4915799912302', [FAX]: '+4915799912309' };

/** Columns that Outlook exports, as far as they are names and numbers. */
const OUTLOOK = {
  English: {
    header:
      "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Fax,Home Phone,Home Phone 2,ISDN,Mobile Phone,Other Fax,Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,E-mail Address,E-mail Display Name,Notes,Private",
    names: ['First Name', 'Last Name', 'Company'],
    phones:
      'Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Phone,Home Phone 2,Mobile Phone,Other Phone,Primary Phone,Radio Phone',
    others: "Assistant's Phone,Business Fax,Home Fax,ISDN,Other Fax,Pager,TTY/TDD Phone,Telex",
  },
  German: {
    header:
      'Anrede,Vorname,Weitere Vornamen,Nachname,Suffix,Firma,Abteilung,Position,Straße geschäftlich,Telefon Assistent,Fax geschäftlich,Telefon geschäftlich,Telefon geschäftlich 2,Rückmeldung,Autotelefon,Telefon Firma,Fax privat,Telefon (privat),Telefon (privat 2),ISDN,Mobiltelefon,Weiteres Fax,Weiteres Telefon,Pager,Haupttelefon,Mobiltelefon 2,Telefon für Hörbehinderte,Telex,E-Mail-Adresse,E-Mail: Angezeigter Name,Notizen,Privat',
    names: ['Vorname', 'Nachname', 'Firma'],
    phones:
      'Telefon geschäftlich,Telefon geschäftlich 2,Rückmeldung,Autotelefon,Telefon Firma,Telefon (privat),Telefon (privat 2),Mobiltelefon,Weiteres Telefon,Haupttelefon,Mobiltelefon 2',
    others:
      'Telefon Assistent,Fax geschäftlich,Fax privat,ISDN,Weiteres Fax,Pager,Telefon für Hörbehinderte,Telex',
  },
  French: {
    header:
      "Titre,Prénom,Deuxième prénom,Nom,Suffixe,Société,Service,Rue (bureau),Téléphone de l'assistant(e),Télécopie (bureau),Téléphone (bureau),Téléphone 2 (bureau),Rappel,Téléphone (voiture),Téléphone société,Télécopie (domicile),Téléphone (domicile),Téléphone 2 (domicile),RNIS,Tél. mobile,Télécopie (autre),Téléphone (autre),Récepteur de radiomessagerie,Téléphone principal,Radiotéléphone,Télex,Adresse de messagerie,Nom complet de l'adresse de messagerie,Notes,Privé",
    names: ['Prénom', 'Nom', 'Société'],
    phones:
      'Téléphone (bureau),Téléphone 2 (bureau),Rappel,Téléphone (voiture),Téléphone société,Téléphone (domicile),Téléphone 2 (domicile),Tél. mobile,Téléphone (autre),Téléphone principal,Radiotéléphone',
    others:
      "Téléphone de l'assistant(e),Télécopie (bureau),Télécopie (domicile),RNIS,Télécopie (autre),Récepteur de radiomessagerie,Télex",
  },
  Spanish: {
    header:
      'Título,Nombre,Segundo nombre,Apellidos,Sufijo,Compañía,Departamento,Puesto,Calle del trabajo,Teléfono del ayudante,Fax del trabajo,Teléfono del trabajo,Teléfono del trabajo 2,Devolución de llamada,Teléfono del automóvil,Número de centralita de la organización,Fax particular,Particular,Número de teléfono particular 2,RDSI,Móvil,Otro fax,Otro teléfono,Localizador,Teléfono principal,Radioteléfono,Número de teletipo,Télex,Dirección de correo electrónico,Nombre de pantalla de correo electrónico,Notas,Privado',
    names: ['Nombre', 'Apellidos', 'Compañía'],
    phones:
      'Teléfono del trabajo,Teléfono del trabajo 2,Devolución de llamada,Teléfono del automóvil,Número de centralita de la organización,Particular,Número de teléfono particular 2,Móvil,Otro teléfono,Teléfono principal,Radioteléfono',
    others:
      'Teléfono del ayudante,Fax del trabajo,Fax particular,RDSI,Otro fax,Localizador,Número de teletipo,Télex',
  },
  Italian: {
    header:
      'Titolo,Nome,Secondo nome,Cognome,Titolo straniero,Società,Reparto,Posizione,Via (uff.),Telefono assistente,Fax (uff.),Ufficio,Ufficio 2,Richiamata automatica,Telefono auto,Telefono principale società,Fax (ab.),Abitazione,Abitazione 2,ISDN,Cellulare,Altro fax,Altro telefono,Cercapersone,Telefono principale,Radiotelefono,Telefono TTY/TDD,Telex,Indirizzo posta elettronica,Nome visualizzato posta elettronica,Notes,Privato',
    names: ['Nome', 'Cognome', 'Società'],
    phones:
      'Ufficio,Ufficio 2,Richiamata automatica,Telefono auto,Telefono principale società,Abitazione,Abitazione 2,Cellulare,Altro telefono,Telefono principale,Radiotelefono',
    others: 'Telefono assistente,Fax (uff.),Fax (ab.),ISDN,Altro fax,Cercapersone,Telefono TTY/TDD,Telex',
  },
  Dutch: {
    header:
      'Titel,Voornaam,Middelste naam,Achternaam,Achtervoegsel,Bedrijf,Afdeling,Functie,Telefoon assistent,Fax op werk,Telefoon op werk,Telefoon op werk 2,Terugbellen,Autotelefoon,Hoofdtelefoon bedrijf,Fax thuis,Telefoon thuis,Telefoon thuis 2,ISDN,Mobiele telefoon,Andere fax,Andere telefoon,Pager,Hoofdtelefoon,Radiotelefoon,Teksttelefoon,Telex,E-mailadres,Weergavenaam voor e-mail,Notities,Privé',
    names: ['Voornaam', 'Achternaam', 'Bedrijf'],
    phones:
      'Telefoon op werk,Telefoon op werk 2,Terugbellen,Autotelefoon,Hoofdtelefoon bedrijf,Telefoon thuis,Telefoon thuis 2,Mobiele telefoon,Andere telefoon,Hoofdtelefoon,Radiotelefoon',
    others: 'Telefoon assistent,Fax op werk,Fax thuis,ISDN,Andere fax,Pager,Teksttelefoon,Telex',
  },
} as const;

/** How Google's export could call its columns in a language, and a label for a fax. */
const GOOGLE = {
  English: [
    'First Name,Last Name,Organization Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value',
    'Work Fax',
  ],
  older: [
    'Given Name,Family Name,Organization 1 - Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value',
    'Home Fax',
  ],
  German: [
    'Vorname,Nachname,Name der Organisation,Telefon 1 - Label,Telefon 1 - Wert,Telefon 2 - Label,Telefon 2 - Wert',
    'Fax (geschäftlich)',
  ],
  French: [
    'Prénom,Nom de famille,Société,Téléphone 1 - Libellé,Téléphone 1 - Valeur,Téléphone 2 - Libellé,Téléphone 2 - Valeur',
    'Télécopie',
  ],
  Spanish: [
    'Nombre,Apellidos,Empresa,Teléfono 1 - Etiqueta,Teléfono 1 - Valor,Teléfono 2 - Etiqueta,Teléfono 2 - Valor',
    'Fax del trabajo',
  ],
  Italian: [
    'Nome,Cognome,Azienda,Telefono 1 - Etichetta,Telefono 1 - Valore,Telefono 2 - Etichetta,Telefono 2 - Valore',
    'Fax (uff.)',
  ],
  Dutch: [
    'Voornaam,Achternaam,Bedrijf,Telefoon 1 - Label,Telefoon 1 - Waarde,Telefoon 2 - Label,Telefoon 2 - Waarde',
    'Fax (werk)',
  ],
} as const;

describe('The columns of a table', () => {
  for (const [language, { header, names, phones, others }] of Object.entries(OUTLOOK)) {
    const [first, last, company] = names;
    const person = { [first]: 'Erna', [last]: 'Beispiel' };

    it(`are those of Outlook in ${language}: each that holds a number is asked`, async () => {
      for (const column of phones.split(',')) {
        const { rows, skipped, warnings } = await read(table(header, { ...person, [column]: ONE }));
        rows.should.deepEqual([['Erna', 'Beispiel', E164[ONE]]], column);
        skipped.should.deepEqual([]);
        warnings.should.equal('', column);
      }
    });

    it(`are those of Outlook in ${language}: a fax, a pager or an assistant only where there is nothing else`, async () => {
      for (const column of others.split(',')) {
        for (const phone of phones.split(',')) {
          const { rows } = await read(table(header, { ...person, [column]: FAX, [phone]: ONE }));
          rows.should.deepEqual([['Erna', 'Beispiel', E164[ONE]]], `${column} and ${phone}`);
        }
        const { rows, warnings } = await read(table(header, { ...person, [column]: FAX }));
        rows.should.deepEqual([['Erna', 'Beispiel', E164[FAX]]], column);
        warnings.should.match(/Only a fax, a pager or an assistant can be reached there: ".*" in line 2/);
      }
    });

    it(`are those of Outlook in ${language}: a company where nobody is named`, async () => {
      const [column] = phones.split(',');
      const { rows } = await read(table(header, { [company]: 'Beispiel GmbH', [column!]: ONE }));
      rows.should.deepEqual([['', 'Beispiel GmbH', E164[ONE]]]);
    });
  }

  for (const [language, [header, fax]] of Object.entries(GOOGLE)) {
    it(`are those of Google, ${language}: the kind of a number stands beside it`, async () => {
      const [first, last, , kindOne, one, kindTwo, two] = header.split(',') as [string, ...string[]] & {
        6: string;
      };
      const person = { [first]: 'Erna', [last!]: 'Beispiel' };
      const text = table(
        header,
        { ...person, [kindOne!]: fax, [one!]: FAX, [kindTwo!]: 'X', [two]: ONE },
        { ...person, [kindOne!]: 'X', [one!]: ONE, [kindTwo!]: fax, [two]: FAX },
        { ...person, [kindOne!]: fax, [one!]: `${FAX} ::: ${TWO}` },
      );
      const { rows, warnings } = await read(text);
      rows.map(([, , number]) => number).should.deepEqual([E164[ONE], E164[ONE], E164[FAX]]);
      warnings.should.match(/3 contacts have more than one number/);
      warnings.should.match(/Only a fax.*: ".*9912309" in line 4/);
    });
  }

  const numbers: [header: string, row: string][] = [
    ['nr,Vorname,Nachname,Telefon', `10023,Erna,Beispiel,${ONE}`],
    ['Nr.,Vorname,Nachname,Tel.', `030100,Erna,Beispiel,${ONE}`],
    ['Nummer,Vorname,Nachname,Handy', `0301002345,Erna,Beispiel,${ONE}`],
    ['No.,First Name,Last Name,Cell', `4711,Erna,Beispiel,${ONE}`],
    ['Numéro,Prénom,Nom,Portable', `10023,Erna,Beispiel,${ONE}`],
    ['Nº,Nombre,Apellidos,Teléfono móvil', `10023,Erna,Beispiel,${ONE}`],
    ['Number,First Name,Last Name,Phone', `10023,Erna,Beispiel,${ONE}`],
    ['Nr.,Vorname,Nachname', `${ONE},Erna,Beispiel`],
    ['Nummer,Vorname,Nachname', `${ONE},Erna,Beispiel`],
    ['Vorname,Nachname,Arbeit Telefon', `Erna,Beispiel,${ONE}`],
    ['Vorname,Nachname,Mobil (privat)', `Erna,Beispiel,${ONE}`],
    ['Vorname,Nachname,Telefon,Mobil (privat)', `Erna,Beispiel,,${ONE}`],
    ['Vorname,Nachname,Mobile,Mobile2', `Erna,Beispiel,,${ONE}`],
    ['FirstName,LastName,Mobile,Business', `Erna,Beispiel,,${ONE}`],
    ['FirstName,LastName,Mobile,Other', `Erna,Beispiel,,${ONE}`],
    ['Vorname,Nachname,Hausnummer,Telefon', `Erna,Beispiel,0301002345,${ONE}`],
    ['Vorname,Nachname,Kundennummer,Telefonnr.', `Erna,Beispiel,0301002345,${ONE}`],
    ['Vorname,Nachname,Telefonzeiten,Ruf-Nr.', `Erna,Beispiel,0301002345,${ONE}`],
    ['Vorname,Nachname,Vorwahl Telefon,Telefon', `Erna,Beispiel,0301002345,${ONE}`],
    ['First Name,Last Name,Business,Work Number', `Erna,Beispiel,Beispiel GmbH,${ONE}`],
    ['Name,Vorname,Faxnummer,Telefonnummer', `Beispiel,Erna,${FAX},${ONE}`],
    ['Vorname,Nachname,Tel. gesch.', `Erna,Beispiel,${ONE}`],
    ['Vorname,Nachname,Fon,Mob.', `Erna,Beispiel,,${ONE}`],
    ['Vorname,Nachname,Privat', `Erna,Beispiel,${ONE}`],
    ['First Name,Last Name,Cell #', `Erna,Beispiel,${ONE}`],
    ['firstname,lastname,TelefonPrivat', `Erna,Beispiel,${ONE}`],
    ['VORNAME,NACHNAME,TELEFONNUMMER', `Erna,Beispiel,${ONE}`],
    ['first_name,last_name,mobile_phone_number', `Erna,Beispiel,${ONE}`],
  ];
  for (const [header, row] of numbers) {
    it(`${header}: the number is found`, async () => {
      (await read(`${header}\r\n${row}`)).rows.should.deepEqual([['Erna', 'Beispiel', E164[ONE]]]);
    });
  }

  const names: [header: string, row: string, name: [string, string]][] = [
    ['Name,Telefon', 'Erna Beispiel', ['Erna', 'Beispiel']],
    ['Anzeigename,Telefon', 'Ludwig van Beethoven', ['Ludwig', 'van Beethoven']],
    ['Display Name,Phone', 'Erna Beispiel', ['Erna', 'Beispiel']],
    ['Nom,Téléphone', 'Erna Beispiel', ['Erna', 'Beispiel']],
    ['Nombre,Teléfono', 'Erna Beispiel', ['Erna', 'Beispiel']],
    ['Nome,Telefono', 'Erna Beispiel', ['Erna', 'Beispiel']],
    ['Naam,Telefoon', 'Erna Beispiel', ['Erna', 'Beispiel']],
    ['Firma,Telefon', 'Beispiel GmbH', ['', 'Beispiel GmbH']],
    ['Ragione sociale,Telefono', 'Beispiel S.p.A.', ['', 'Beispiel S.p.A.']],
    ['Raison sociale,Téléphone', 'Beispiel SARL', ['', 'Beispiel SARL']],
    ['Bedrijfsnaam,Telefoon', 'Beispiel BV', ['', 'Beispiel BV']],
    ['Kunde,Telefon', 'Beispiel AG', ['', 'Beispiel AG']],
    ['Mitglied,Telefon', 'Erna Beispiel', ['Erna', 'Beispiel']],
  ];
  for (const [header, row, name] of names) {
    it(`${header}: a whole name or a company is enough`, async () => {
      (await read(`${header}\r\n${row},${ONE}`)).rows.should.deepEqual([[...name, E164[ONE]]]);
    });
  }

  it('first and last name come before a whole name, that before a nickname, and that before a company', async () => {
    const header = 'Company,Nickname,Display Name,First Name,Last Name,Phone';
    const { rows } = await read(
      [
        header,
        `Beispiel GmbH,Ernie,Erna B.,Erna,Beispiel,${ONE}`,
        `Beispiel GmbH,Ernie,Erna B.,,,${ONE}`,
        `Beispiel GmbH,Ernie,,,,${ONE}`,
        `Beispiel GmbH,,,,,${ONE}`,
      ].join('\n'),
    );
    rows
      .map((row) => row.slice(0, 2).join(' ').trim())
      .should.deepEqual(['Erna Beispiel', 'Erna B.', 'Ernie', 'Beispiel GmbH']);
  });

  it('what a row holds beside its number is said', async () => {
    const { rows, skipped, warnings } = await read(
      [
        'Vorname,Nachname,Telefon,Mobil,Fax',
        `Erna,Beispiel,ask Kurt,${ONE},`,
        `Kurt,Muster,${ONE},${TWO},${FAX}`,
        `Ada,Probe,"${ONE},,12",,`,
        `Bob,Probe,4915799912302.0,,`,
        'Notdienst,,116117,,',
        'Otto,,35 55,,',
      ].join('\n'),
    );
    rows.map(([name]) => name).should.deepEqual(['Erna', 'Kurt', 'Ada', 'Bob']);
    skipped.map(({ line }) => line).should.deepEqual([6, 7]);
    skipped[0]!.reason.should.match(/^Column Telefon holds "116117", a short number\./);
    warnings.should.match(/another number of the row was used: "ask Kurt" in line 2/);
    warnings.should.match(
      /1 contact has more than one number.*: "\+49 1579 9912302" in line 3, "\+49 1579 9912309" in line 3/,
    );
    warnings.should.match(/without the pause.*: ",,12" of "\+49 1579 9912301,,12" in line 4, ".0" of/);
  });
});

describe('The characters of a table', () => {
  const TEXT = `Vorname,Nachname,Telefon\r\nJürgen,Groß,${ONE}\r\nAnnä,Müller,${TWO}\r\n`;

  it('UTF-16 without a mark, of both kinds, and where it was read as Latin-1', async () => {
    const little = Buffer.from(TEXT, 'utf16le');
    for (const file of [little, Buffer.from(little).swap16(), little.toString('latin1')]) {
      const { contacts } = await parseContactsCsv(file);
      contacts.map(({ lastname }) => lastname).should.deepEqual(['Groß', 'Müller']);
    }
  });

  it('UTF-8 with one broken character keeps all the others, and it is said', async () => {
    const bytes = Buffer.from(TEXT);
    const broken = Buffer.concat([
      bytes.subarray(0, bytes.indexOf('ß') + 1),
      bytes.subarray(bytes.indexOf('ß') + 2),
    ]);
    const { contacts, warnings } = await parseContactsCsv(broken);
    contacts
      .map(({ firstname, lastname }) => `${firstname} ${lastname}`)
      .should.deepEqual(['Jürgen Gro\uFFFD', 'Annä Müller']);
    warnings.should.deepEqual([
      'Some characters cannot be read and are written as \uFFFD: "Jürgen Gro\uFFFD" in line 2.',
    ]);
  });

  it('half a character at the end of UTF-16 is not dropped', async () => {
    const bytes = Buffer.from(`\uFEFF${TEXT.trimEnd()}`, 'utf16le');
    const { contacts, skipped } = await parseContactsCsv(bytes.subarray(0, bytes.length - 1));
    contacts.should.have.length(1);
    skipped.map(({ line }) => line).should.deepEqual([3]);
  });

  it('Windows-1252 stays Windows-1252, however many umlauts it has', async () => {
    const { contacts } = await parseContactsCsv(Buffer.from(TEXT, 'latin1'));
    contacts.map(({ lastname }) => lastname).should.deepEqual(['Groß', 'Müller']);
  });
});
