import { expect, it } from 'vitest';
import { inspectFile } from './inspect-file.js';

const inspect = (file: string | Buffer) => inspectFile({ bytes: Buffer.from(file as string), whole: true });

it('guesses what columns are by their names and by what stands in them', () => {
  const { columns, header, match, decimal, delimiter } = inspect(
    [
      'Customer ID;E-Mail;Mobile;First Name;Points;Balance;VIP;Born;Colours;Zip;Email consent;Note',
      'c1;ann@example.com;+49 171 234567;Ann;12;1.234,50;yes;31.05.1990;red|blue;01234;yes;Hello, you',
      'c2;bo@example.com;+49 171 234568;Bo;7;3,5;no;01.02.2000;green|red;98765;no;',
    ].join('\r\n'),
  );
  expect({ header, match, decimal, delimiter }).toEqual({
    header: true,
    match: 'externalId',
    decimal: ',',
    delimiter: ';',
  });
  const trait = (name: string, type: string, more = {}) => ({
    to: 'trait',
    name,
    type,
    order: 'iso',
    separator: ',',
    ...more,
  });
  expect(columns.map(({ guess }) => guess)).toEqual([
    { to: 'externalId' },
    { to: 'email' },
    { to: 'phone' },
    trait('first_name', 'text'),
    trait('Points', 'number'),
    trait('Balance', 'number'),
    trait('VIP', 'boolean'),
    trait('Born', 'date', { order: 'dmy' }),
    trait('Colours', 'list', { separator: '|' }),
    trait('Zip', 'text'),
    { to: 'consent', channel: 'email' },
    trait('Note', 'text'),
  ]);
});

it('takes a first row with somebody in it for no header', () => {
  const found = inspect('ann@example.com,Ann\nbo@example.com,Bo\n');
  expect(found.header).toBe(false);
  expect(found.match).toBe('email');
  expect(found.columns.map(({ name, samples }) => [name, samples])).toEqual([
    ['Column 1', ['ann@example.com', 'bo@example.com']],
    ['Column 2', ['Ann', 'Bo']],
  ]);
});

it('reads Korean headers', () => {
  const { columns } = inspect('고객번호,이메일,전화번호,이름\n1,a@example.com,010-1234-5678,김민수\n');
  expect(columns.map(({ guess }) => guess.to)).toEqual(['externalId', 'email', 'phone', 'trait']);
});

it('guesses each of id, email and phone once', () => {
  const { columns } = inspect('id,user_id,email,e-mail\n1,2,a@example.com,b@example.com\n');
  expect(columns.map(({ guess }) => guess.to)).toEqual(['externalId', 'ignore', 'email', 'ignore']);
});

const guesses = (file: string) => inspect(file).columns.map(({ guess }) => guess);

it('takes names that every object has for traits, and those that nobody may use for nothing', () => {
  expect(guesses('id,toString,valueOf,constructor,__proto__,prototype\n1,a,b,c,d,e\n')).toMatchObject([
    { to: 'externalId' },
    { to: 'trait', name: 'toString' },
    { to: 'trait', name: 'valueOf' },
    { to: 'ignore' },
    { to: 'ignore' },
    { to: 'ignore' },
  ]);
});

it('knows the columns of its own exports and files of rows with problems', () => {
  expect(
    guesses('line,problem,reason,externalId,email,consent email,n\n3,bad,Why.,1,a@example.com,yes,5\n'),
  ).toMatchObject([
    { to: 'ignore' },
    { to: 'ignore' },
    { to: 'ignore' },
    { to: 'externalId' },
    { to: 'email' },
    { to: 'consent', channel: 'email' },
    { to: 'trait', name: 'n' },
  ]);
  expect(
    guesses("person_id,external_id,email,phone,created_at,email_consent,sms_consent\nu,1,,'+4912345,2026-01-01,,\n"),
  ).toMatchObject([
    { to: 'ignore' },
    { to: 'externalId' },
    { to: 'email' },
    { to: 'phone' },
    { to: 'ignore' },
    { to: 'consent', channel: 'email' },
    { to: 'consent', channel: 'sms' },
  ]);
  // Of somebody else’s file these are what they say.
  expect(guesses('id,line,created_at\n1,x,2026-01-01\n')[2]).toMatchObject({ to: 'trait', name: 'created_at' });
});

it('takes a phone number that a spreadsheet has rounded for one, not for a number', () => {
  expect(guesses('id,phone\n1,8.21012E+11\n2,01012345678\n')[1]).toEqual({ to: 'phone' });
});

it('leaves one line that is no UTF-8 to be a bad row', () => {
  const broken = Buffer.from('3,Ren\xe9\n', 'latin1');
  for (const others of ['4,Ann\n5,Bo\n', '4,김민수\n'])
    expect(inspect(Buffer.concat([Buffer.from('id,name\n'), broken, Buffer.from(others)])).columns).toHaveLength(2);
});

const cp949 = [0xb1, 0xe8, 0xb9, 0xce, 0xbc, 0xf6];

it.each([
  ['Latin-1', Buffer.from('id,name\n1,René\n2,Zoë\n3,a\n4,b\n', 'latin1'), /looks like Latin-1/],
  [
    'CP949',
    Buffer.from([...Buffer.from('id,name\n1,'), ...cp949, ...Buffer.from('\n2,'), ...cp949, 10]),
    /Korean \(CP949/,
  ],
  ['a long first line', Buffer.from(`id,${'x'.repeat(300_000)}\n1,2\n`), /longer than 256 KB/],
])('says of %s what it is', (_, file, words) => {
  expect(() => inspect(file)).toThrow(words);
});

it.each([
  ['Latin-1', Buffer.from('id,name\n1,René\n', 'latin1'), /Line 2 .*UTF-8/],
  ['UTF-16', Buffer.from('\uFEFFid,name\n1,Ann\n', 'utf16le'), /UTF-16/],
  ['an Excel workbook', Buffer.from([0x50, 0x4b, 0x03, 0x04, 1, 2, 3]), /Excel/],
  ['nothing but a byte order mark', Buffer.from([0xef, 0xbb, 0xbf]), /no rows/],
  ['blank lines', Buffer.from('\n\n \n'), /no rows/],
  ['a header alone', Buffer.from('id,email\n'), /no people/],
  ['a first line with broken quotes', Buffer.from('"id,email\n1,2\n'), /first line/],
  ['too many columns', Buffer.from(`${Array.from({ length: 501 }, (_, n) => `c${n}`).join(',')}\n1\n`), /501 columns/],
])('refuses %s with what to do', (_, file, words) => {
  expect(() => inspect(file)).toThrow(words);
});
