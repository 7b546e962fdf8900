/**
 * What people are looked for by, folded as the column `profiles.search` is (migration 0048): small letters, without
 * accents, 한글 in its parts. Every word must stand somewhere; digits of a telephone number, when it
 * can be one, may stand without what is written between them.
 */
export type NameSearch = { words: string[]; digits: string | null };

const mostWords = 6;
const longestWord = 100;

/** Null for a text without anything to look for. */
export function nameSearchOf(text: string): NameSearch | null {
  const words = fold(text)
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, mostWords)
    .map((word) => Array.from(word).slice(0, longestWord).join(''));
  if (words.length === 0) return null;
  const digits = /^[+\d\s().\-/]+$/.test(text) ? text.replace(/\D/g, '').replace(/^0+/, '') : '';
  return { words, digits: digits.length >= 4 ? digits : null };
}

/** Letters that Unicode does not take apart, as people type them who have no such keys. */
const plainLetters: Record<string, string> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ŧ: 't',
  ŋ: 'n',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
};

/** Text as people are found by it. Each sign for itself: what a letter becomes does not depend on what follows. */
export function fold(text: string): string {
  return Array.from(text.normalize('NFKD').replace(/[\u0300-\u036f]/g, ''), (sign) => {
    const small = sign.toLowerCase();
    return plainLetters[small] ?? small;
  }).join('');
}

/** Trigrams know nothing of less. */
const shortest = 3;

/** Where a word stands, for `strpos`: one that is too short for the index, at the beginning of a word. */
export function placeOf(word: string): string {
  return keysOf(word).some((key) => key.length >= shortest) ? word : ` ${word}`;
}

/**
 * Patterns of `like` that hold for the `people_search_key` of every text in which the word stands: what the index is
 * asked. They may hold for others too.
 */
export function keyPatterns(word: string): string[] {
  const keys = keysOf(word);
  const long = keys.filter((key) => key.length >= shortest);
  return long.length > 0 ? long.map((key) => likePattern(key)) : keys.slice(0, 1).map((key) => likePattern(` ${key}`));
}

/** What the index has for each stretch of a word: ASCII as it is, everything else as the digits of its bytes. */
function keysOf(word: string): string[] {
  return Array.from(word.matchAll(/[\x01-\x7f]+|[^\x01-\x7f]+/gu), ([run]) =>
    run.charCodeAt(0) <= 0x7f
      ? run
      : Buffer.from(run)
          .toString('hex')
          .replace(/e18[4-7]/g, (start) => jamo[start]!),
  );
}

/** How the bytes of parts of 한글 syllables begin, and what the index has for it. */
const jamo: Record<string, string> = { e184: 'g', e185: 'h', e186: 'i', e187: 'j' };

/** Text for `like`: finds `text` anywhere, its own wildcards taken literally. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** Adds a value to those of a statement, and gives the name it has there. */
export type Bind = (value: unknown) => string;

/**
 * SQL for what the index of people's names finds (rows `p` of `profiles`): nobody is missing, and some may be there who
 * have not the words; `standsInName` decides.
 */
export function inNameIndex({ words, digits }: NameSearch, bind: Bind): string {
  const key = (pattern: string) => `people_search_key(p.search) like ${bind(pattern)}::text`;
  const all = `(${words.flatMap(keyPatterns).map(key).join(' and ')})`;
  return digits === null ? all : `(${all} or ${key(`%${digits}%`)})`;
}

/**
 * SQL for the words themselves, of rows `p` with `search`. By place and not by pattern: PostgreSQL knows how many people
 * a pattern fits, and would count the same words twice.
 */
export function standsInName({ words, digits }: NameSearch, bind: Bind): string {
  const stands = (text: string) => `strpos(p.search, ${bind(text)}::text) > 0`;
  const all = `(${words.map((word) => stands(placeOf(word))).join(' and ')})`;
  return digits === null ? all : `(${all} or ${stands(digits)})`;
}

type NameMatchesOptions = {
  /** The parameters that hold the two of `namePatterns`. */
  words: string;
  digits: string;
  /** What the profile's table is called in the statement. */
  profile?: string;
};

/** For `nameMatches`; both null for a text without anything to look for. */
export function namePatterns(text: string | undefined): { words: string[] | null; digits: string | null } {
  const search = nameSearchOf(text ?? '');
  return {
    words: search && search.words.map((word) => likePattern(placeOf(word))),
    digits: search?.digits ? likePattern(search.digits) : null,
  };
}

/**
 * SQL for whether a person is found by name, as every list has it: external id, email, names and telephone number. Each
 * row is read; the list of people itself asks an index first.
 */
export function nameMatches({ words, digits, profile = 'profiles' }: NameMatchesOptions): string {
  return `(${profile}.search like all(${words}::text[]) or ${profile}.search like ${digits}::text)`;
}
