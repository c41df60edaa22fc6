/**
 * A check constraint in plain words, where it compares one column with constants: `must be greater than 0`. Anything else
 * is null; a rule is rather shown as it stands than told wrongly.
 *
 * The definition is turned into a short pattern first: the column becomes `C`, constants `L0`, `L1` …, casts go.
 */
export function checkInWords(definition: string, column: string): string | null {
  const rule = /^CHECK \((.*)\)(?: NOT VALID| NO INHERIT)*$/s.exec(definition)?.[1];
  const read = rule === undefined ? null : patternOf(rule, column);
  if (!read) return null;
  return inWords(withoutNull(read.pattern), read.constants);
}

const ONE_OF = /^C = ANY \( ARRAY \[ (L\d+(?: , L\d+)*) \] \)$/;

/** The values that a check constraint lists for one column (`CHECK (size IN ('S', 'M'))`); null where it does something else. */
export function checkChoices(definition: string, column: string): string[] | null {
  const rule = /^CHECK \((.*)\)(?: NOT VALID| NO INHERIT)*$/s.exec(definition)?.[1];
  const read = rule === undefined ? null : patternOf(rule, column);
  return read && ONE_OF.test(withoutNull(read.pattern)) ? read.constants.map(({ text }) => text) : null;
}

/** An empty cell passes every check anyway, so saying so adds nothing. */
const withoutNull = (pattern: string): string =>
  pattern.replace(/ OR C IS NULL$|^C IS NULL OR /, '').replace(/^\( (C = ANY \( ARRAY \[ [^\]]* \] \)) \)$/, '$1');

interface Constant {
  text: string;
  /** Written in quotes, and cast to this type, if any. */
  quoted: boolean;
  type: string;
}

const TOKEN =
  /\s*('(?:[^']|'')*'|"(?:[^"]|"")*"|\d+(?:\.\d+)?|[\p{L}_][\p{L}\p{N}_$]*|::|<=|>=|<>|[<>=]|[()[\],.]|[^\s\p{L}\p{N}])/uy;
const TYPE =
  /\s*((?:[\p{L}_][\p{L}\p{N}_$]*|"(?:[^"]|"")*")(?:\.(?:[\p{L}_][\p{L}\p{N}_$]*|"(?:[^"]|"")*"))?(?: varying| precision| with(?:out)? time zone)?(?:\(\d+(?:,\d+)?\))?(?: with(?:out)? time zone)?)(\[\])?/uy;

function patternOf(rule: string, column: string): { pattern: string; constants: Constant[] } | null {
  const words: string[] = [];
  const constants: Constant[] = [];
  let at = 0;
  while (at < rule.trimEnd().length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(rule)?.[1];
    if (token === undefined) return null;
    at = TOKEN.lastIndex;
    if (token === '::') {
      TYPE.lastIndex = at;
      const type = TYPE.exec(rule);
      if (!type) return null;
      at = TYPE.lastIndex;
      if (/^L\d+$/.test(words.at(-1)!)) constants.at(-1)!.type = type[1]!;
    } else if (/^[\d']/.test(token) || /^(true|false)$/i.test(token)) {
      const quoted = token.startsWith("'");
      words.push(`L${constants.length}`);
      constants.push({ text: quoted ? token.slice(1, -1).replaceAll("''", "'") : token, quoted, type: '' });
    } else {
      const name = token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token;
      // A function may bear the column's name.
      const called = rule.slice(at).trimStart().startsWith('(');
      words.push(name === column && !called ? 'C' : token);
    }
  }
  const pattern = words
    .join(' ')
    .replace(/\b(?:char_length|character_length)(?= \()/g, 'length')
    .replace(/TRIM \( BOTH FROM C \)/g, 'btrim ( C )')
    // Parentheses left by a cast.
    .replace(/(^|[=<>(] )\( C \)/g, '$1C')
    .replace(/= ANY \( \( (ARRAY \[[^\]]*\]) \) \)/, '= ANY ( $1 )');
  return { pattern, constants };
}

const MIRRORED: Record<string, string> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=', '=': '=', '<>': '<>' };
const OPERATOR = '(<=|>=|<>|<|>|=)';

function inWords(pattern: string, constants: readonly Constant[]): string | null {
  if (pattern === 'C IS NOT NULL') return 'must not be empty';
  if (ONE_OF.test(pattern)) return oneOf(constants);
  const parts = pattern.split(' AND ').map((part) => comparison(part, constants));
  if (parts.length > 2 || parts.some((part) => part === null)) return null;
  const [first, second] = parts as Comparison[];
  if (second) return both(first!, second);
  const said = phrase(first!);
  return said === null ? null : `must ${said}`;
}

interface Comparison {
  subject: 'value' | 'length' | 'trimmed' | 'trimmed length';
  operator: string;
  constant: Constant;
}

const SUBJECTS: Record<string, Comparison['subject']> = {
  C: 'value',
  'length ( C )': 'length',
  'btrim ( C )': 'trimmed',
  'length ( btrim ( C ) )': 'trimmed length',
};
const FORWARD = new RegExp(`^(.+?) ${OPERATOR} L(\\d+)$`);
const BACKWARD = new RegExp(`^L(\\d+) ${OPERATOR} (.+)$`);

function comparison(part: string, constants: readonly Constant[]): Comparison | null {
  const forward = FORWARD.exec(part);
  const backward = BACKWARD.exec(part);
  const [side, operator, index] = forward
    ? [forward[1]!, forward[2]!, forward[3]!]
    : backward
      ? [backward[3]!, MIRRORED[backward[2]!]!, backward[1]!]
      : [];
  const subject = side === undefined ? undefined : SUBJECTS[side];
  return subject === undefined ? null : { subject, operator: operator!, constant: constants[Number(index)]! };
}

/** What follows “must”. */
function phrase({ subject, operator, constant }: Comparison): string | null {
  const { text } = constant;
  if (subject === 'trimmed') return operator === '<>' && text === '' ? 'not be empty or only spaces' : null;
  if (subject !== 'value') {
    const nothing = `${operator} ${text}`;
    if (nothing === '> 0' || nothing === '>= 1' || nothing === '<> 0') {
      return subject === 'length' ? 'not be empty' : 'not be empty or only spaces';
    }
    return subject === 'length' ? lengthPhrase(operator, Number(text)) : null;
  }
  if (operator === '<>') return text === '' ? 'not be empty' : `not be ${shown(text)}`;
  if (operator === '=') return `be ${shown(text)}`;
  if (isDay(constant)) {
    return (
      { '>': `be after ${text}`, '>=': `not be before ${text}`, '<': `be before ${text}` }[operator] ??
      `not be after ${text}`
    );
  }
  // Text compares by its collation, for which these words would be wrong.
  if (!isNumber(constant)) return null;
  return (
    { '>': `be greater than ${text}`, '>=': `be at least ${text}`, '<': `be less than ${text}` }[operator] ??
    `be at most ${text}`
  );
}

function lengthPhrase(operator: string, n: number): string | null {
  const characters = (count: number) => `${count} ${count === 1 ? 'character' : 'characters'}`;
  switch (operator) {
    case '>':
      return `have at least ${characters(n + 1)}`;
    case '>=':
      return `have at least ${characters(n)}`;
    case '<':
      return `have at most ${characters(n - 1)}`;
    case '<=':
      return `have at most ${characters(n)}`;
    case '=':
      return `have exactly ${characters(n)}`;
    default:
      return null;
  }
}

function both(first: Comparison, second: Comparison): string | null {
  const [low, high] = first.operator.startsWith('>') ? [first, second] : [second, first];
  const ends = `${low.constant.text} and ${high.constant.text}`;
  if (low.operator === '>=' && high.operator === '<=' && low.subject === high.subject) {
    const numbers = isNumber(low.constant) && isNumber(high.constant);
    if (low.subject === 'length') return `must have between ${ends} characters`;
    if (low.subject === 'value' && (numbers || (isDay(low.constant) && isDay(high.constant))))
      return `must be between ${ends}`;
  }
  const [one, other] = [phrase(first), phrase(second)];
  return one === null || other === null
    ? null
    : `must ${one} and ${one.startsWith('be ') ? other.replace(/^be /, '') : other}`;
}

function oneOf(constants: readonly Constant[]): string {
  const values = constants.map(({ text }) => shown(text));
  return values.length === 1 ? `must be ${values[0]!}` : `must be one of ${values.join(', ')}`;
}

/** In quotes where it could be misread in a list or a sentence. */
const shown = (text: string): string => (/^$|^\s|\s$|[,.;]$|,/.test(text) ? `“${text}”` : text);

const isNumber = ({ text, quoted, type }: Constant): boolean =>
  /^-?\d+(\.\d+)?$/.test(text) &&
  (!quoted || /^(smallint|integer|bigint|real|double precision|numeric(\(.*\))?)$/.test(type));

const isDay = ({ text, type }: Constant): boolean => type === 'date' && /^\d{4,}-\d\d-\d\d$/.test(text);
